"""What every row of one reading shares: the moment, the register of names, and who was found twice."""

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from graph_schema.geo import Crs
from graph_schema.lists.cells import key_of
from graph_schema.lists.resolve.register import Register
from graph_schema.lists.values.categories import CategoryWords
from graph_schema.lists.values.groups import GroupWords
from graph_schema.model.categories import Taxonomy

STREET_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(slots=True)
class Context:
    """
    Shared by the rows of one pass over the lists.

    Parameters
    ----------
    register
        Names known so far; rows add theirs.
    at
        Moment of the reading, aware UTC.
    crs
        Coordinate system of lists that state none.
    fund_kinds
        Kinds of money that there are, by their keys: of the directory, and of the budget lists of this reading.
    """

    register: Register
    taxonomy: Taxonomy
    at: dt.datetime
    crs: Crs | None = None
    fund_kinds: dict[str, str] = field(default_factory=dict)
    today: dt.date = field(init=False)
    categories: CategoryWords = field(init=False)
    groups: GroupWords = field(init=False)

    def __post_init__(self) -> None:
        self.categories = CategoryWords(self.taxonomy)
        self.groups = GroupWords(self.taxonomy)
        self.fund_kinds |= {key_of(budget.kind): budget.kind for budget in self.register.base.budgets}
        self.today = self.at.astimezone(STREET_ZONE).date()

    @property
    def street(self) -> str:
        """Uid of the street; empty before its own row has been read."""
        return self.register.street_uid
