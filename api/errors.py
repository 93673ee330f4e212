"""
What the surfaces raise, in words of the catalogue.

::

    ApiError                      carries the finding that says what is wrong and what to do
    ├── RefusedInputError         lists, names or settings that cannot be taken as they are
    │   ├── NoStreetError         the graph holds no street yet
    │   └── SeveralStreetsError   it holds several, and none was named
    ├── UnknownNameError          nothing has this name: a batch, a scenario
    │   └── UnknownNeedError      no need has this uid or text
    ├── StandingInTheWayError     something must be ended first: an import, a database's contents
    └── NotReadyError             not now, but in so many seconds: the first plan is being made, too many listen
"""

from graph_schema.model.pairings import Finding


class ApiError(Exception):
    """
    Root of what ``api`` raises.

    Parameters
    ----------
    finding
        Code and parameters of the message, as the catalogue has them.
    """

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(f"{finding.code} {finding.params}")


class RefusedInputError(ApiError):
    """Lists, names or settings that cannot be taken as they are."""


class NoStreetError(RefusedInputError):
    """The graph holds no street yet."""

    def __init__(self) -> None:
        super().__init__(Finding("cli.no_street", {}))


class SeveralStreetsError(RefusedInputError):
    """
    The graph holds several streets and none was named.

    Parameters
    ----------
    names
        Their names.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(Finding("cli.several_streets", {"names": list(names)}))


class UnknownNameError(ApiError):
    """Nothing has this name: a batch, a scenario."""


class UnknownNeedError(UnknownNameError):
    """No need has this uid or text."""


class StandingInTheWayError(ApiError):
    """Something must be ended first: an import that is not whole, a database's contents."""


class NotReadyError(ApiError):
    """Not now: the first plan is being made, or too many listen; the finding's ``seconds`` say when to ask again."""
