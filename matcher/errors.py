"""What can go wrong in the matcher, as classes a caller treats differently.

::

    MatcherError
    ├── InvalidProblemError   the instance is refused; correct it and ask again
    ├── InvalidPolicyError    a preference is out of range; correct the policy file
    └── CertificateError      an answer claimed to be optimal and is not; never shown to anybody
"""


class MatcherError(Exception):
    """Root of all errors of the matcher."""


class InvalidProblemError(MatcherError):
    """An instance contradicts itself or leaves the range in which the arithmetic is exact."""


class InvalidPolicyError(MatcherError):
    """A preference is out of range, or unknown."""


class CertificateError(MatcherError):
    """A solver's answer failed its independent check."""
