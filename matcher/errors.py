"""What can go wrong in the matcher, as classes a caller treats differently.

::

    MatcherError
    ├── InvalidProblemError   the instance is refused; correct it and ask again
    ├── InvalidPolicyError    a preference is out of range; correct the policy file
    ├── InvalidEventError     an event cannot happen to a live plan as it stands; nothing has changed
    ├── DamagedStateError     a repair of a live plan met what no provable state has; it is made again
    └── CertificateError      an answer claimed to be optimal and is not; never shown to anybody
"""

from typing import Any

from matcher.reasons import Finding


class MatcherError(Exception):
    """Root of all errors of the matcher."""


class InvalidProblemError(MatcherError):
    """
    An instance contradicts itself or leaves the range in which the arithmetic is exact.

    Parameters
    ----------
    message
        What is wrong, with its values.
    finding
        The same in words of the catalogue, where somebody in an office can correct it; ``None`` otherwise.
    """

    def __init__(self, message: str, finding: Finding | None = None) -> None:
        self.finding = finding
        super().__init__(message)


class InvalidPolicyError(MatcherError):
    """
    A preference is out of range, or unknown.

    Parameters
    ----------
    finding
        Names the setting, its value, what it may be, and what was perhaps meant.
    """

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(f"{finding.code} {finding.params}")


class InvalidEventError(MatcherError):
    """An event names what is not there, or leaves what a live plan can hold; the plan is as it was."""


class DamagedStateError(MatcherError):
    """A repair of a live plan met what no provable state has; the state is not to be used any more."""


class CertificateError(MatcherError):
    """A solver's answer failed its independent check."""


def refused(*, code: str, **params: Any) -> InvalidPolicyError:
    """The error that a wrong preference is, with the figures and names of its message."""
    return InvalidPolicyError(Finding(code, params))
