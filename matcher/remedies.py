"""What would change it: the few smallest changes that serve an unmet need, each solved again before it is told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
import numpy.typing as npt

from matcher import eligibility as rules
from matcher.advice.adjust import adjust
from matcher.advice.beside import beside
from matcher.advice.effort import effort
from matcher.advice.more_to_give import more_to_give
from matcher.advice.obstacles import Option, options
from matcher.advice.unlifted import unlifted
from matcher.costs import CLASSES
from matcher.errors import InvalidPolicyError, InvalidProblemError, MatcherError
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.policy import Policy
from matcher.reasons import Finding
from matcher.solve import solve
from matcher.street.candidates import measure
from matcher.street.facts import Candidates, Facts
from matcher.street.formulate import formulate

Int64 = npt.NDArray[np.int64]

MOST_TRIED = 40
"""Changed streets that are formulated and solved for one need, unless the caller allows more."""
MOST_CHANGES = 2
"""Changes in one remedy."""


@dataclass(frozen=True, slots=True)
class Standing:
    """
    What a plan leaves undone, and what it costs.

    Parameters
    ----------
    unmet
        Units unmet of each urgency class, 急 first.
    seconds
        The rest of its cost, walking-equivalent.
    """

    unmet: tuple[int, ...]
    seconds: int


@dataclass(frozen=True, slots=True)
class Remedy:
    """
    Changes that serve a need wholly, as a plan of the changed street shows.

    Parameters
    ----------
    changes
        One or two, and a pin where it decides between plans that are as good; their codes and figures are those of
        `matcher.advice.adjust`.
    displaced
        (need uid, units) that get fewer, by uid.
    gained
        (need uid, units) of other needs that get more, by uid.
    before, after
        The plan that was asked about, and that of the changed street.
    """

    need_uid: str
    changes: tuple[Finding, ...]
    displaced: tuple[tuple[str, int], ...]
    gained: tuple[tuple[str, int], ...]
    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True)
class Remedies:
    """
    The remedies that were found.

    Parameters
    ----------
    found
        Fewest changes first, a pin not counted, then fewest units displaced, then least effort, then least cost.
    tried
        Changed streets that were solved.
    complete
        Whether all were tried; if not, the limit of tries was reached. These are each single change of the kinds known
        and, where none serves, each with what then stands beside the need, what takes two to let a resource through,
        and where more than one unit lacks, any two of the single ones.
    not_tried
        Where nothing was found: what keeps resources from the need, and no change of these kinds lifts.
    """

    found: tuple[Remedy, ...]
    tried: int
    complete: bool
    not_tried: tuple[Finding, ...] = ()


def apply(facts: Facts, policy: Policy, remedy: Remedy) -> tuple[Facts, Policy]:
    """Facts and policy after a remedy; both given ones stay as they are."""
    return _adjusted(facts, policy, remedy.changes)


def remedies(instance: Instance, plan: Plan, need_uid: str, *, k: int = 5, most_tried: int = MOST_TRIED) -> Remedies:
    """
    The smallest changes of each kind that would serve a need, and what each would displace.

    Single changes are tried first, smallest first, one of each kind; pairs of changes only if no single one helps.

    Parameters
    ----------
    need_uid
        A need that the plan leaves unmet or partly met.
    k
        How many at most, >= 1.
    most_tried
        How many changed streets may be solved, >= 1.

    Raises
    ------
    MatcherError
        If there is no such need, the plan serves it wholly, it goes to another office, or a limit is below 1.
    """
    if need_uid not in instance.need_uids:
        msg = f"there is no need {need_uid!r} in this instance. Maybe it is not open."
        raise MatcherError(msg)
    if k < 1 or most_tried < 1:
        msg = f"k is {k} and most_tried {most_tried}: both are at least 1."
        raise MatcherError(msg)
    n = instance.need_uids.index(need_uid)
    if instance.facts.routed_needs[n] or not int(plan.unmet[n]):
        msg = f"need {need_uid} is served, or goes to another office: nothing is to be remedied."
        raise MatcherError(msg)
    return _Search(instance, plan, n, k, most_tried).run()


def standing(instance: Instance, plan: Plan) -> Standing:
    """What a plan leaves undone of each class, and what it costs beside that."""
    urgency = instance.facts.needs.urgency
    unmet = np.zeros(CLASSES, np.int64)
    np.add.at(unmet, urgency, plan.unmet)
    of_classes = int((unmet * (CLASSES - np.arange(CLASSES)) * instance.class_step).sum())
    return Standing(tuple(unmet.tolist()), instance.cost(plan) - of_classes)


def _adjusted(facts: Facts, policy: Policy, changes: tuple[Finding, ...]) -> tuple[Facts, Policy]:
    for change in changes:
        facts, policy = adjust(facts, policy, change)
    return facts, policy


class _Search:
    """One search; counts what it solves."""

    def __init__(self, instance: Instance, plan: Plan, n: int, k: int, most_tried: int) -> None:
        self._instance = instance
        self._plan = plan
        self._n = n
        self._k = k
        self._left = most_tried
        self._tried = 0
        self._found: list[Remedy] = []
        self._kinds: set[tuple[str, ...]] = set()
        self._solved_for: list[tuple[Finding, ...]] = []
        self._complete = True
        self._not_enough: list[tuple[tuple[Finding, ...], tuple[Finding, ...]]] = []

    def run(self) -> Remedies:
        every = options(self._instance.facts, self._instance.policy, self._n, most=MOST_CHANGES)
        self._published()
        self._try_each(chain(beside(self._instance, self._plan, self._n), _pools(every), self._of_size(every, 1)))
        if not self._found and self._complete:
            self._try_each(self._pairs(every))
        facts, policy = self._instance.facts, self._instance.policy
        ranked = sorted(
            self._found,
            key=lambda remedy: (
                sum(change.code != "remedy.pin" for change in remedy.changes),
                sum(units for _, units in remedy.displaced),
                sum(effort(facts, change) for change in remedy.changes),
                remedy.after.unmet,
                remedy.after.seconds,
            ),
        )
        not_tried = () if ranked else unlifted(facts, policy, self._n, most=MOST_CHANGES)
        return Remedies(tuple(ranked), self._tried, self._complete, not_tried)

    def _try_each(self, sets: Iterable[tuple[Finding, ...]]) -> None:
        for changes in sets:
            if len(self._found) >= self._k or not self._complete:
                break
            if not self._left:
                self._complete = False
                break
            self._try(changes)

    def _pairs(self, every: tuple[Option, ...]) -> Iterator[tuple[Finding, ...]]:
        """
        Pairs of changes: one with what then stands beside the need, then what lets a resource through in two steps.

        Any two that let resources through come last, and only where more than one unit lacks: one is given by one.
        """
        alone = tuple(self._not_enough)
        yield from ((*changes, more) for changes, then in alone for more in then if more not in changes)
        yield from self._of_size(every, 2)
        if int(self._plan.unmet[self._n]) > 1:
            yield from (one + other for (one, _), (other, _) in combinations(alone, 2))

    def _published(self) -> None:
        """
        More published pairings that may change: as few as serve the need, found by doubling and halving.

        All of them may change first. Where that takes no more changes than are allowed, their number decides nothing.
        """
        churn = self._instance.rules.churn
        every = 0 if churn is None else len(churn.pair) - churn.most
        free = self._after(self._more_changes(every)) if every > 0 else None
        needed = 0 if free is None else _n_changed(*free) - self._instance.policy.most_changes
        if needed <= 0:
            return
        low, high, best = 0, every, free
        for more in (*(2**i for i in range(needed.bit_length()) if 2**i < needed), needed):
            after = self._after(self._more_changes(more))
            if self._serves(after):
                high, best = more, after
                break
            low = more
        if best is None or not self._serves(best):
            return
        while high - low > 1:
            middle = (low + high) // 2
            after = self._after(self._more_changes(middle))
            low, high, best = (low, middle, after or best) if self._serves(after) else (middle, high, best)
        self._tell(self._more_changes(high), *best)

    def _more_changes(self, more: int) -> tuple[Finding, ...]:
        return (Finding("remedy.changes", {"more": more, "most": self._instance.policy.most_changes + more}),)

    def _of_size(self, every: tuple[Option, ...], size: int) -> Iterator[tuple[Finding, ...]]:
        """Sets of so many changes: those that let a resource through, or one less with more to give there."""
        for option in every:
            if len(option.changes) == size:
                yield option.changes
            elif len(option.changes) == size - 1:
                yield from ((*option.changes, *more) for more in self._more_to_give(option.changes, option.resource))

    def _try(self, changes: tuple[Finding, ...]) -> None:
        if tuple(change.code for change in changes) in self._kinds or changes in self._solved_for:
            return
        after = self._after(changes)
        if after is None:
            return
        if self._serves(after):
            self._tell(changes, *after)
        elif len(changes) < MOST_CHANGES:
            self._not_enough.append((changes, tuple(more for (more,) in beside(*after, self._n))))

    def _after(self, changes: tuple[Finding, ...]) -> tuple[Instance, Plan] | None:
        """The changed street and its plan; none where no rule lets anything through, or no tries are left."""
        state = self._passing(changes)
        if state is None:
            return None
        if not self._left:
            self._complete = False
            return None
        self._solved_for.append(changes)
        return self._solved(*state)

    def _serves(self, after: tuple[Instance, Plan] | None) -> bool:
        return after is not None and not int(after[1].unmet[self._n])

    def _tell(self, changes: tuple[Finding, ...], instance: Instance, plan: Plan) -> None:
        self._kinds.add(tuple(change.code for change in changes))
        more = plan.unmet - self._plan.unmet
        uids = self._instance.need_uids
        self._found.append(
            Remedy(
                need_uid=uids[self._n],
                changes=changes,
                displaced=_by_uid(uids, np.maximum(more, 0), self._n),
                gained=_by_uid(uids, np.maximum(-more, 0), self._n),
                before=standing(self._instance, self._plan),
                after=standing(instance, plan),
            )
        )

    def _passing(self, changes: tuple[Finding, ...]) -> tuple[Facts, Policy] | None:
        """The changed street, unless no rule of it lets anything more through than before, which needs no solving."""
        try:
            facts, policy = _adjusted(self._instance.facts, self._instance.policy, changes)
        except InvalidPolicyError:
            return None  # a limit beyond what a policy may hold is no remedy
        every = np.arange(len(facts.resources), dtype=np.int32)
        c = measure(facts, policy, Candidates.unmeasured(np.full(len(every), self._n, np.int32), every))
        return (facts, policy) if (rules.first_failed(facts, policy, c) == rules.PASSED).any() else None

    def _solved(self, facts: Facts, policy: Policy) -> tuple[Instance, Plan] | None:
        self._left -= 1
        self._tried += 1
        instance = self._formulated(facts, policy)
        return None if instance is None else (instance, solve(instance.problem, instance.rules, seed=instance.seed))

    def _formulated(self, facts: Facts, policy: Policy) -> Instance | None:
        try:
            return formulate(facts, policy, seed=self._instance.seed, snapshot_hash=self._instance.snapshot_hash)
        except InvalidProblemError:
            return None  # a street that cannot be planned is no remedy

    def _more_to_give(self, changes: tuple[Finding, ...], resource: int) -> tuple[tuple[Finding, ...], ...]:
        """The least that a resource would have to give more for the need to be served, after some changes."""
        state = self._passing(changes)
        if state is None:
            return ()
        instance = self._formulated(*state) if changes else self._instance
        return () if instance is None else more_to_give(instance, self._n, resource)


def _pools(every: tuple[Option, ...]) -> Iterator[tuple[Finding, ...]]:
    """Pools that alone would let a resource through: few, so they are tried before what is many."""
    return (option.changes for option in every if [change.code.split(".")[1] for change in option.changes] == ["pool"])


def _n_changed(instance: Instance, plan: Plan) -> int:
    """Published pairings that a plan changes."""
    churn = instance.rules.churn
    if churn is None:
        return 0
    units = np.zeros(instance.problem.n_pairs + 1, np.int64)  # the last stands for what the rules of today forbid
    np.add.at(units, plan.pair, plan.quantity)
    return int((units[churn.pair] != churn.quantity).sum())


def _by_uid(uids: tuple[str, ...], units: Int64, but: int) -> tuple[tuple[str, int], ...]:
    listed = {uids[i]: int(units[i]) for i in np.flatnonzero(units).tolist() if i != but}
    return tuple(sorted(listed.items()))
