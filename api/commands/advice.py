"""``opportunity``, ``remedies``, ``recruit``, ``compare``: what decisions cost, and what would change them."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.session import Session, now

_MOST_ROWS = 1000
_MOST_REMEDIES = 20

Need = Annotated[str, typer.Argument(metavar="NEED")]
Streets = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE")]
Street = Annotated[str | None, typer.Option(metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json")]
Rows = Annotated[int, typer.Option(min=1, max=_MOST_ROWS)]


def opportunity(
    context: typer.Context,
    asked: Annotated[str, typer.Argument(metavar="NEED|RESOURCE")],
    *,
    resource: Annotated[bool, typer.Option("--resource")] = False,
    rows: Rows = 10,
    streets: Streets = None,
    street: Street = None,
    as_json: AsJson = False,
) -> None:
    """What the plan would lose if a pair were forced, exactly, for each candidate."""
    session: Session = context.obj
    from api.commands.advice_text import opportunity_json, show_opportunity  # noqa: PLC0415
    from api.services import advising  # noqa: PLC0415 - the solver is slow to import and --help does without
    from api.services.streets import the_street  # noqa: PLC0415

    with session.store() as store, session.progress() as progress:
        found = advising.opportunity(
            store,
            the_street(store, street).uid,
            asked,
            now=now(),
            is_resource=resource,
            rows=rows,
            streets=streets,
            progress=progress,
        )
    if as_json:
        session.json(opportunity_json(found))
    else:
        show_opportunity(session, found)


def remedies(
    context: typer.Context,
    need: Need,
    *,
    most: Annotated[int, typer.Option(min=1, max=_MOST_REMEDIES)] = 5,
    try_number: Annotated[int | None, typer.Option("--try", min=1, metavar="N")] = None,
    streets: Streets = None,
    street: Street = None,
    as_json: AsJson = False,
) -> None:
    """The smallest changes that would serve an unmet need, and what each would displace."""
    session: Session = context.obj
    from api.commands.advice_text import advice_json, show_advice, show_trial, trial_json  # noqa: PLC0415
    from api.services import advising  # noqa: PLC0415 - the solver is slow to import and --help does without
    from api.services.streets import the_street  # noqa: PLC0415

    with session.store() as store, session.progress() as progress:
        advice = advising.advise(
            store, the_street(store, street).uid, need, now=now(), most=most, streets=streets, progress=progress
        )
        trial = None if try_number is None else advising.try_remedy(advice, try_number)
    if as_json:
        session.json(advice_json(session, advice) if trial is None else trial_json(session, advice, trial))
    elif trial is None:
        show_advice(session, advice)
    else:
        show_trial(session, advice, trial)


def recruit(
    context: typer.Context,
    *,
    rows: Rows = 10,
    streets: Streets = None,
    street: Street = None,
    as_json: AsJson = False,
) -> None:
    """What to look for next: the worth of one more unit by category, community and time."""
    session: Session = context.obj
    from api.commands.advice_text import recruit_json, show_recruit  # noqa: PLC0415
    from api.services import advising  # noqa: PLC0415 - the solver is slow to import and --help does without
    from api.services.streets import the_street  # noqa: PLC0415

    with session.store() as store, session.progress() as progress:
        found = advising.recruit(
            store, the_street(store, street).uid, now=now(), rows=rows, streets=streets, progress=progress
        )
    if as_json:
        session.json(recruit_json(session, found))
    else:
        show_recruit(session, found)


def compare(
    context: typer.Context,
    runs: Annotated[list[str] | None, typer.Argument(metavar="RUN RUN")] = None,
    *,
    policy: Annotated[list[Path] | None, typer.Option(exists=True, dir_okay=False, metavar="FILE")] = None,
    streets: Streets = None,
    street: Street = None,
    as_json: AsJson = False,
) -> None:
    """Two saved plans side by side, or two policies on the street of today."""
    session: Session = context.obj
    asked, files = runs or [], policy or []
    if (len(asked), len(files)) not in {(2, 0), (0, 1), (0, 2)}:
        raise typer.BadParameter(session.text("cli.compare.what"))
    from api.commands.compare_text import comparison_json, show_comparison  # noqa: PLC0415
    from api.services import comparing  # noqa: PLC0415 - the solver is slow to import and --help does without
    from api.services.policies import read_policy  # noqa: PLC0415
    from api.services.streets import the_street  # noqa: PLC0415

    named = [(str(file), read_policy(file)) for file in files]
    with session.store() as store, session.progress() as progress:
        uid = the_street(store, street).uid
        if asked:
            both = comparing.compare_runs(store, uid, *asked, progress=progress)
        else:
            own = (session.text("cli.compare.latest"), comparing.latest_policy(store, uid))
            pair = (own, named[0]) if len(named) == 1 else (named[0], named[1])
            both = comparing.compare_policies(store, uid, pair, now=now(), streets=streets, progress=progress)
    if as_json:
        session.json(comparison_json(session, both))
    else:
        show_comparison(session, both)


COMMANDS = (("opportunity", opportunity), ("remedies", remedies), ("recruit", recruit), ("compare", compare))
