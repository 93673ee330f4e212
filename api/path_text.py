"""How a pairing's evidence is read aloud: the way through the graph in words."""

from collections.abc import Sequence

from graph_schema.messages import Language, catalogue, render
from graph_schema.model.pairings import Finding, PathStep


def main_way(path: Sequence[PathStep], language: Language) -> tuple[tuple[str, str], ...]:
    """(how one comes there, name) of each step up to the need, without steps that have no name."""
    last = next((i for i, step in enumerate(path) if step.label == "Need"), len(path))
    return tuple((_way(step, language), step.name) for step in path[: last + 1] if step.name)


def in_words(path: Sequence[PathStep], language: Language) -> str:
    """The whole way and then its branches, each behind a semicolon."""
    names = {step.uid: _name(step, language) for step in path}
    text = ""
    for step in path:
        if "from" in step.detail:
            text += f"；{names[step.detail['from']]}" if language == "zh" else f"; {names[step.detail['from']]}"
        text += f" —{_way(step, language)}→ {names[step.uid]}" if step.relationship else names[step.uid]
    return text


def _name(step: PathStep, language: Language) -> str:
    """What a step is called; an agreement may have no number."""
    if not step.name and step.label == "Agreement":
        return render(Finding("relationship.agreement_unnumbered", {}), language)
    return step.name


def _way(step: PathStep, language: Language) -> str:
    code = f"relationship.{step.relationship}"
    if step.relationship == "WALKS" and "minutes" in step.detail:
        code = "relationship.WALKS.minutes"
    if code not in catalogue():
        return step.relationship
    return render(Finding(code, dict(step.detail)), language)
