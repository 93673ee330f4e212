"""The words of findings that were stored, maybe by an earlier version with other messages."""

from graph_schema.messages import Language, render
from graph_schema.model.pairings import Finding


def words(finding: Finding, language: Language) -> str:
    """Text of a finding; its bare code where today's messages do not know it, so that an old plan stays readable."""
    try:
        return render(finding, language)
    except KeyError:
        return finding.code
