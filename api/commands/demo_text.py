"""The demo's story in words: lists, batches, the plan and its proof, the service day, five pairings."""

from api.commands.lists import show_issues
from api.commands.plan_text import show_pairings, show_shortfalls, show_summary
from api.commands.session import Session
from api.services.scenario_jinchang_parts import BatchOutcome, JinchangStory
from api.services.scenario_parts import ScenarioResult
from graph_schema.demo.scenes import SCENES
from graph_schema.model.pairings import Pairing, Shortfall

_SHOWN_PAIRINGS = 5
_RELATIONS = {
    "is": "demo.relation.is",
    "at_least": "demo.relation.at_least",
    "at_most": "demo.relation.at_most",
    "above": "demo.relation.above",
    "below": "demo.relation.below",
}


def show_demo(session: Session, result: ScenarioResult) -> None:
    """Print everything that the demo shows, and what to do next."""
    session.say("demo.title", engine=result.engine)
    show_articles(session, result)
    show_figures(session, result)
    report = result.plan
    session.say("demo.pairings", count=_SHOWN_PAIRINGS)
    show_pairings(session, report, telling_pairings(result))
    session.say("demo.unmet")
    show_shortfalls(session, report, one_of_each_reason(result))
    show_assertions(session, result)
    session.say("demo.next")


def show_articles(session: Session, result: ScenarioResult) -> None:
    """Print the articles' counts, each with its year, beside what was measured."""
    if not result.figures["articles"]:
        return
    session.say("demo.articles")
    for row in result.figures["articles"]:
        name = session.text(row["code"])
        if row["year"] is None:
            session.say("demo.article_undated", name=name, written=row["written"], measured=row["measured"])
        elif row["measured"] is None:
            session.say("demo.article_told", name=name, written=row["written"], year=row["year"])
        else:
            session.say("demo.article", name=name, written=row["written"], year=row["year"], measured=row["measured"])


def show_figures(session: Session, result: ScenarioResult) -> None:
    """Print lists and flaws, what the scenario tells at length, and the proof."""
    lists = result.figures["lists"]
    empty = {"valid": 0, "flawed": 0}
    session.say(
        "demo.lists",
        **{kind: lists.get(kind, empty)["valid"] for kind in ("resource", "need", "project", "service", "unit")},
        directory=lists.get("directory", empty)["valid"],
        registration=lists.get("registration", empty)["valid"],
        flawed=sum(counts["flawed"] for counts in lists.values()),
    )
    show_issues(session, result.imported.reading.reports, warnings=False)
    if isinstance(result.story, JinchangStory):
        _show_story(session, result.story)
    show_summary(session, result.plan)


def show_scenario(session: Session, result: ScenarioResult) -> None:
    """Print a scenario's title, the articles' counts, its figures, and every statement with what was measured."""
    scene = SCENES[result.name]
    session.say("demo.scene", name=scene.name, title=scene.title_zh if session.language == "zh" else scene.title_en)
    show_articles(session, result)
    show_figures(session, result)
    for assertion in result.assertions:
        if assertion.holds and not assertion.code.startswith("keeps_"):
            relation = session.text(_RELATIONS[assertion.relation])
            session.say(
                "demo.assertion_holds",
                code=assertion.code,
                relation=relation,
                expected=str(assertion.expected),
                measured=str(assertion.measured),
            )
    show_assertions(session, result)


def show_scenes(session: Session) -> None:
    """Print every scenario with one line on what it is about."""
    for scene in SCENES.values():
        session.say("demo.scene", name=scene.name, title=scene.title_zh if session.language == "zh" else scene.title_en)


def show_assertions(session: Session, result: ScenarioResult) -> None:
    """Print how many statements hold, and every one that does not."""
    broken = [assertion for assertion in result.assertions if not assertion.holds]
    session.say("demo.assertions", held=len(result.assertions) - len(broken), all=len(result.assertions))
    for assertion in broken:
        session.say(
            "demo.assertion_fails",
            code=assertion.code,
            relation=session.text(_RELATIONS[assertion.relation]),
            expected=str(assertion.expected),
            measured=str(assertion.measured),
        )


def telling_pairings(result: ScenarioResult) -> tuple[Pairing, ...]:
    """Five pairings of five classes of needs: the batch's first, then the dearest of each class."""
    plan = result.plan
    by_class: dict[str, Pairing] = {}
    for pairing in sorted(plan.pairings, key=lambda pairing: (-pairing.cost_s, pairing.uid)):
        by_class.setdefault(plan.needs[pairing.need_uid].category[:3], pairing)
    batch = [pairing for pairing in plan.pairings if plan.needs[pairing.need_uid].registration_uid][:1]
    others = [row for row in by_class.values() if not batch or row.resource_uid != batch[0].resource_uid]
    return tuple((batch + others)[:_SHOWN_PAIRINGS])


def one_of_each_reason(result: ScenarioResult) -> tuple[Shortfall, ...]:
    """One unmet need of each reason."""
    by_code = {row.reason.code: row for row in reversed(result.plan.shortfalls)}
    return tuple(by_code[code] for code in sorted(by_code))


def _show_story(session: Session, story: JinchangStory) -> None:
    """Print batches, the case with fewer spaces and the service day."""
    for batch in story.batches:
        _show_batch(session, batch)
    if story.shared is not None:
        shared = story.shared
        session.say(
            "demo.left_forecast" if shared.is_forecast else "demo.left",
            resource=shared.resource.name,
            left=shared.left,
            offered=f"{shared.resource.offered.value:,}",
            given=shared.given,
        )
    if story.stress is not None:
        session.say("demo.stress", offered=story.stress.offered, updated=story.stress.updated)
        _show_batch(session, story.stress.batch)
        unmet = [row for row in story.stress.plan.shortfalls if story.stress.plan.needs[row.need_uid].registration_uid]
        if unmet:
            session.say("demo.stress_reason", reason=session.words(unmet[0].reason))
        session.say(
            "demo.stress_even",
            areas=[f"{name} {placed}/{registered}" for name, registered, placed in story.stress.even.by_area],
        )
    _show_services(session, story)


def _show_batch(session: Session, batch: BatchOutcome) -> None:
    if not batch.released:
        session.say(
            "demo.batch_waits",
            no=batch.state.batch.no,
            registered=batch.state.registrations,
            areas=[f"{name} {registered}" for name, registered, _ in batch.by_area],
        )
        return
    session.say(
        "demo.batch_placed",
        no=batch.state.batch.no,
        registered=batch.state.registrations,
        placed=batch.placed,
        unmet=batch.unmet,
    )
    for name, registered, placed in batch.by_area:
        session.say("demo.batch_area", area=name, registered=registered, placed=placed, unmet=registered - placed)
    for stage, count in batch.unmet_by_reason:
        session.say("demo.batch_reason", count=count, stage=stage, reason=session.text(f"cli.reason.{stage}"))


def _show_services(session: Session, story: JinchangStory) -> None:
    year = story.services
    if not year.occurrences:
        return
    session.say(
        "demo.services",
        year=year.year,
        occurrences=len(year.occurrences),
        dates=len(year.dates),
        services=len(year.services),
        areas=len(year.areas),
        names=list(year.services),
        places=list(year.areas),
        rest=[f"{day.month}-{day.day}" for day in year.rest_days],
        count=len(year.rest_days),
    )
