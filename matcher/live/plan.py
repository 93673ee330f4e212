"""The live plan: begins from a proven plan, applies events, proves itself, and is made again if it cannot."""

from collections import deque
from dataclasses import dataclass, replace

from matcher.certify import certify
from matcher.errors import CertificateError, DamagedStateError, InvalidEventError, InvalidProblemError
from matcher.live.base import Base, moved_between
from matcher.live.effect import Effect
from matcher.live.events import Event
from matcher.live.fairness import FairState
from matcher.live.opportunity import Opportunities
from matcher.live.pairing import Held, Moved
from matcher.plan import Certificate, Plan, Solution
from matcher.policy import Policy
from matcher.problem import Problem, ShortfallCosts
from matcher.solve import solve

MOST_EVENTS = 10_000
"""Events that are kept at most: then the state is proven, and what comes after is told from there."""
MOST_FAILURES = 100
"""Failures that are remembered, the latest ones."""


@dataclass(frozen=True, slots=True)
class Failure:
    """
    A state that could not be proven and was made again.

    Parameters
    ----------
    sequence
        Events applied until then.
    reason
        What was wrong.
    replayed
        Events since the last proven state, applied again to make the problem anew; the plan was then solved from
        scratch.
    """

    sequence: int
    reason: str
    replayed: int


@dataclass(frozen=True, slots=True)
class Change:
    """
    What one event changed.

    Parameters
    ----------
    sequence
        Number of the event, 1 for the first.
    event
        The event.
    effect
        Pairs that moved, numbers given out, and how much work it was. Where the state had to be made again, nothing of
        what moved.
    objective_before, objective_after
        Cost of the plan, pinned units left out.
    bound
        No plan costs less after the event; without groups the objective itself.
    failure
        Why the state had to be made again while the event was applied; None as a rule.
    """

    sequence: int
    event: Event
    effect: Effect
    objective_before: int
    objective_after: int
    bound: int
    failure: Failure | None = None

    @property
    def gap(self) -> int:
        """How much the plan may at most cost above the optimum after the event."""
        return self.objective_after - self.bound


@dataclass(frozen=True, slots=True)
class Verified:
    """
    A proof of the present state.

    Parameters
    ----------
    sequence
        Events applied so far.
    certificate
        Of the state now, always proven at the groups' prices; without groups that is proven.
    failure
        Why the state before could not be proven and was made again; None as a rule.
    """

    sequence: int
    certificate: Certificate
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class Renewal:
    """
    What an exact solve changed.

    Parameters
    ----------
    sequence
        Events applied until then.
    moved
        Pairs whose units changed, by number.
    objective_before, objective_after
        Cost of the plan, pinned units left out; both at the groups' costs that held at the time.
    gap_before
        The proven gap until then.
    failure
        Why the state before could not be proven; None as a rule.
    """

    sequence: int
    moved: tuple[Moved, ...]
    objective_before: int
    objective_after: int
    gap_before: int
    failure: Failure | None


class LivePlan:
    """
    A plan that is optimal after every event; with groups, optimal at the prices of their shortfall in the last solve.

    With groups a proven gap tells how far it may be from the optimum, and `renew` closes it.

    One thread at a time may use it. Memory grows with what is open and with the events since the last proof, of which
    about `MOST_EVENTS` are kept: a proof is made when there are so many.

    Parameters
    ----------
    base
        Where it begins; proven first.

    Raises
    ------
    CertificateError
        If the base's answer is not an optimal plan of its problem, at its groups' prices.
    InvalidProblemError
        If a unit unmet could cost more with its groups than a repair can hold.
    """

    def __init__(self, base: Base) -> None:
        certificate = certify(base.problem, base.answer)
        if not certificate.proven_at_prices:
            msg = f"the plan to begin from is not optimal: {certificate.first_violation}"
            raise CertificateError(msg)
        self._base = base
        self._state = FairState(base)
        self._log: list[Event] = []
        self._sequence = 0
        self._failures: deque[Failure] = deque(maxlen=MOST_FAILURES)
        self._opportunities: Opportunities | None = None

    @classmethod
    def of(cls, problem: Problem, plan: Plan) -> "LivePlan":
        """Begin from a solved problem; rows keep their numbers."""
        return cls(Base.of(problem, plan))

    @property
    def sequence(self) -> int:
        """Events applied so far."""
        return self._sequence

    @property
    def objective(self) -> int:
        """Cost of the plan, pinned units left out."""
        return self._state.cost

    @property
    def bound(self) -> int:
        """No plan of the problem as it stands costs less."""
        return self._state.bound

    @property
    def gap(self) -> int:
        """How much the plan may at most cost above the optimum; 0 without groups."""
        return self._state.cost - self._state.bound

    @property
    def log(self) -> tuple[Event, ...]:
        """Events since the last proven state, oldest first."""
        return tuple(self._log)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The latest states that could not be proven and were made again."""
        return tuple(self._failures)

    @property
    def pins(self) -> dict[int, int]:
        """Units fixed on each pair, by its number."""
        return self._state.pins

    def apply(self, event: Event) -> Change:
        """
        Change the problem and repair the plan, exactly.

        Raises
        ------
        InvalidEventError
            If the event cannot happen as things stand; nothing has changed then.
        CertificateError
            If the repair met what no provable state has and the plan cannot be made again; it is not to be used then.
        """
        if len(self._log) >= MOST_EVENTS:
            self.verify()
        before, failure = self._state.cost, None
        self._log.append(event)
        try:
            effect = self._state.apply(event)
        except InvalidEventError:
            self._log.pop()
            raise
        except DamagedStateError as damage:
            failure, effect = self._repaired_anew(str(damage))
        self._sequence += 1
        return Change(self._sequence, event, effect, before, self._state.cost, self._state.bound, failure)

    def gap_passed(self, policy: Policy) -> bool:
        """Whether the gap is above what the policy allows for each unit asked, so that an exact solve is due."""
        return self.gap > policy.renew_gap_s * self._state.asked

    def pairs_of_need(self, need: int) -> tuple[Held, ...]:
        """
        The possible pairs of a need as they stand.

        Raises
        ------
        InvalidEventError
            If there is no such need.
        """
        self._state.check_need(need)
        return self._state.held(self._state.memory.numbers_of_need(need).tolist())

    def opportunities(self) -> Opportunities:
        """Who answers what a decision would cost as things stand; to be asked for anew after each event."""
        state = self._state
        if self._opportunities is None or not self._opportunities.is_about(state.memory):
            self._opportunities = Opportunities(state.memory, state.need_open, state.resource_open)
        return self._opportunities

    def read(self) -> tuple[Problem, Solution]:
        """The problem as it stands, pinned units taken out, and its plan with prices."""
        problem, solution, _ = self._state.read()
        return problem, solution

    def base(self) -> Base:
        """The whole state as values, from which another live plan can begin."""
        return self._state.base()

    def certificate(self) -> Certificate:
        """Independent check of the state as it stands, whatever it shows."""
        return certify(*self.read())

    def verify(self) -> Verified:
        """
        Prove the present state; if that fails, make it again and say so.

        The problem is then made anew from the last proven state and the events since, and solved from scratch.

        Raises
        ------
        CertificateError
            If the state made again cannot be proven either.
        """
        reason = self._state.disorder()
        try:
            base = self._state.base()
        except InvalidProblemError as impossible:
            reason = reason or str(impossible)
        else:
            certificate = certify(base.problem, base.answer)
            reason = reason or self._unproven(certificate)
            if not reason:
                self._base, self._log = base, []
                return Verified(self._sequence, certificate, None)
        failure, _ = self._make_again(reason)
        return Verified(self._sequence, self.certificate(), failure)

    def renew(self, shortfall: ShortfallCosts | None = None) -> Renewal:
        """
        Solve the problem as it stands exactly, and freeze the prices that this finds: the gap is 0 then.

        Parameters
        ----------
        shortfall
            Costs of the groups' shortfall from now on, with the group of each need by its number; None: as they are.

        Raises
        ------
        CertificateError
            If the exact plan cannot be proven.
        InvalidProblemError
            If the new costs do not fit the problem, or are more than a repair can hold; nothing has changed then.
        """
        failure = self.verify().failure
        base, before, gap = self._state.base(), self._state.cost, self.gap
        if shortfall is not None:
            base = replace(base, problem=replace(base.problem, shortfall=shortfall))
        renewed = base.with_plan(solve(base.problem))
        certificate = certify(renewed.problem, renewed.answer)
        if not certificate.proven:
            msg = f"the exact plan cannot be proven: {certificate.first_violation}"
            raise CertificateError(msg)
        self._state = FairState(renewed)
        self._base, self._log = renewed, []
        return Renewal(self._sequence, moved_between(base, renewed), before, self._state.cost, gap, failure)

    def _unproven(self, certificate: Certificate) -> str:
        """Why the certificate does not prove what the state tells, or nothing."""
        if not certificate.proven_at_prices:
            return certificate.first_violation or "it is not optimal"
        told, shown = (self.objective, self.bound), (certificate.primal_objective, certificate.dual_objective)
        return "" if told == shown else f"it tells the objective and bound {told}, and the proof shows {shown}."

    def _repaired_anew(self, reason: str) -> tuple[Failure, Effect]:
        """As `_make_again`, while an event is applied that only the damage may have let through: it is then refused."""
        try:
            return self._make_again(reason)
        except InvalidEventError:
            self._log.pop()
            self._make_again(reason)
            raise

    def _replayed(self) -> tuple[FairState, Effect]:
        """
        The last proven state with the events since, and what the last of them did.

        Raises
        ------
        InvalidEventError
            If the last event cannot happen.
        CertificateError
            If an event before it cannot, or a repair meets again what no provable state has.
        """
        state = FairState(self._base)
        effect = Effect((), -1, -1, (), 0, 0)
        for i, event in enumerate(self._log, 1):
            try:
                effect = state.apply(event)
            except DamagedStateError as damage:
                msg = (
                    f"the live plan cannot be made again: event {i} of {len(self._log)} since the last proof: {damage}"
                )
                raise CertificateError(msg) from damage
            except InvalidEventError as refused:
                if i == len(self._log):
                    raise
                msg = f"the live plan cannot be made again: event {i} of {len(self._log)} is refused now: {refused}"
                raise CertificateError(msg) from refused
        return state, effect

    def _make_again(self, reason: str) -> tuple[Failure, Effect]:
        """A state from the last proven one and the events since, solved from scratch; with the last event's numbers."""
        state, effect = self._replayed()
        failure = Failure(self._sequence, reason, len(self._log))
        self._failures.append(failure)
        made = state.base()
        self._state = FairState(made.with_plan(solve(made.problem)))
        certificate = self.certificate()
        if not certificate.proven:
            msg = f"the live plan was made again and cannot be proven: {certificate.first_violation}"
            raise CertificateError(msg)
        return failure, Effect((), effect.need, effect.resource, effect.pairs, 0, 0)
