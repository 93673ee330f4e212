"""``policy``: what a plan prefers, as a file that an office writes and checks."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.session import Session


def write_policy(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", dir_okay=False)] = None,
) -> None:
    """Every limit and weight with its reason, as a file to change."""
    session: Session = context.obj
    from api.services.policies import default_policy_text  # noqa: PLC0415 - the solver is slow to import

    text = default_policy_text()
    if file is None:
        typer.echo(text, nl=False)
        return
    with file.open("x", encoding="utf-8") as out:
        out.write(text)
    session.say("cli.policy_written", path=str(file))


def check_policy(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Whether a policy file can be used, and what in it is not the default."""
    session: Session = context.obj
    from api.services.policies import changes, read_policy  # noqa: PLC0415 - the solver is slow to import

    policy = read_policy(file)
    changed = changes(policy)
    if as_json:
        rows = [{"key": row.key, "value": row.value, "default": row.default} for row in changed]
        session.json({"file": str(file), "policy_hash": policy.hash, "changed": rows})
        return
    session.say("cli.policy_good", path=str(file), changed=len(changed), hash=policy.hash)
    for row in changed:
        session.say("cli.policy_changed", key=row.key, value=row.value, default=row.default)


GROUPS = (("policy", (("init", write_policy), ("check", check_policy))),)
