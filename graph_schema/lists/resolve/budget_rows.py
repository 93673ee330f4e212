"""Rows of the budget list (经费)."""

from graph_schema.lists.cells import key_of
from graph_schema.lists.resolve.context import Context
from graph_schema.lists.resolve.locate import find_named_area
from graph_schema.lists.resolve.rows import RowReader
from graph_schema.lists.values.identifiers import parse_uid, parse_year
from graph_schema.lists.values.money import money_text, parse_money
from graph_schema.model.budgets import BudgetPool
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import Entity

YEARS_AHEAD = 10
"""Years after this one that money may be set aside for."""


def resolve_budget(row: RowReader, context: Context) -> list[Entity]:
    """The money of a row; owner, kind and year identify it."""
    row.check_needed()
    row.check_shared()
    owner = _owner(row, context)
    kind = row.raw("kind")
    year = row.read("year", lambda cell: parse_year(cell, context.today.year + YEARS_AHEAD))
    amount = row.read("amount", parse_money)
    spent, reserved = row.read("spent", parse_money) or 0, row.read("reserved", parse_money) or 0
    if owner is None or kind is None or year is None or amount is None:
        return []
    if spent + reserved > amount:
        told = {"value": money_text(spent + reserved, "元"), "amount": money_text(amount, "元")}
        row.tell("list_budget_overdrawn", "amount", **told)
    uid, name = owner
    budget = BudgetPool(
        uid=row.read("uid", parse_uid) or make_uid(context.street, "budget", uid, key_of(kind), str(year)),
        street=context.street,
        name=row.raw("name") or f"{name}{year}年{kind}",
        owner_uid=uid,
        kind=kind,
        year=year,
        amount_fen=amount,
        reserved_fen=reserved,
        spent_fen=spent,
        synthetic=row.choice("synthetic") == "yes",
    )
    return [budget]


def _owner(row: RowReader, context: Context) -> tuple[str, str] | None:
    """Uid and name of the pool or area that a row's money is for; an unknown one is an error."""
    text = row.raw("owner")
    if text is None:
        return None
    register = context.register
    pool = register.pools.get(text) or register.find_pool(text)
    if pool is not None:
        return pool.uid, pool.name
    area = find_named_area(row, "owner", text, register)
    return None if area is None else (area.uid, area.name)
