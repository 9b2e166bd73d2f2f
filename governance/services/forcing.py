"""The forced decision: Assay opens it, its decider answers it, and time answers for nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.queries import numbers, people
from accounts.rules.numbers import Numbers
from accounts.rules.roles import Permission, Role
from audit import services as audit
from core import tenancy
from core.errors import NotAllowed, NotFound
from core.tenancy import Actor
from governance.errors import (
    AnswerNeedsItsEnd,
    ForcedAnswered,
    NotItsForcedDecider,
    ReplannedLately,
    ShadowNotNow,
)
from governance.events import DecisionForced, ForcedDecided, ForcedLapsed, ShadowBegun
from governance.models import ForcedAnswer, ForcedDecision, ShadowPeriod
from governance.queries import facts, schemes
from governance.queries import forced as queries
from governance.rules import holds
from governance.rules.forced import Answer, ForcedState, Found
from governance.rules.holds import Ending, Move, ReasonCode
from governance.services import lifecycle
from hierarchy.queries import authority, tree
from measures.models import Measure
from measures.queries.measures import named
from measures.rules.remaining import Remaining
from measures.rules.stage import Lifecycle, Stage
from measures.services import lock, stage

LAPSED = "Nobody decided the forced decision in time."


@dataclass(frozen=True, slots=True)
class Finding:
    """What forces a decision about a locked measure, and who is asked for it."""

    measure: Measure
    found: Sequence[Found]
    remaining: Remaining
    currency: str
    decider_role: Role
    decider_id: int | None
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person decides: the answer, why, and until when.

    `until` is the last day of a hold, or the day by which a re-plan passes Decided again;
    `ending` is what a cancellation says.
    """

    answer: Answer
    text: str
    until: date | None = None
    reason_code: ReasonCode = ReasonCode.VALUE
    ending: Ending = holds.UNSAID


def open_one(finding: Finding) -> ForcedDecision:
    """Open a forced decision, or report it in the shadow period; inside the act of who found it.

    The database names the day and the state, and freezes new spend until it is answered.
    """
    measure, left = finding.measure, finding.remaining
    made: ForcedDecision = ForcedDecision.objects.create(
        measure=measure,
        conditions=[
            {"code": each.condition.value, "sentence": each.sentence} for each in finding.found
        ],
        question=f"{measure.node.name}: plan it anew, hold it, or cancel it?",
        options=_options(left),
        to_gain=left.to_gain,
        to_spend=left.to_spend,
        spent=left.spent,
        currency=finding.currency,
        decider_role=finding.decider_role,
        decider_id=finding.decider_id,
        numbers_version=numbers.version(),
        as_of=finding.as_of,
    )
    made.refresh_from_db()
    audit.record(
        DecisionForced(
            subject_id=measure.pk,
            forced_id=made.pk,
            conditions=tuple(each.condition.value for each in finding.found),
            state=made.state,
            decider_role=made.decider_role,
            decider_id=made.decider_id,
            due_on=made.due_on,
            numbers_version=made.numbers_version,
        )
    )
    return made


def _options(left: Remaining) -> list[dict[str, object]]:
    """Return what each answer would win from today on, in hundredths."""
    return [
        {"answer": Answer.REPLAN.value, "effect": left.net},
        {"answer": Answer.HOLD.value, "effect": 0},
        {"answer": Answer.CANCEL.value, "effect": left.to_spend - left.to_gain},
    ]


@tenancy.act
def answer(*, actor: Actor, forced_id: int, reply: Reply) -> ForcedAnswer:
    """Answer a forced decision; its hold, cancellation or new planning begins with it.

    Raises NotFound, NotAllowed, MeasureEnded, ForcedAnswered, NotItsForcedDecider, DutiesMeet,
    ReasonMissing, AnswerNeedsItsEnd, ReplannedLately, and the refusals of hold and cancel.
    """
    measure, asked = _asked(actor, forced_id)
    today = authority.today()
    _check(measure, reply, today, numbers.current(today))
    made: ForcedAnswer = ForcedAnswer.objects.create(
        forced=asked,
        outcome=reply.answer,
        text=reply.text.strip(),
        until=None if reply.answer is Answer.CANCEL else reply.until,
        decided_by=people.member(actor.member_id or 0),
    )
    _take_effect(actor, measure, reply)
    audit.record(
        ForcedDecided(
            subject_id=measure.pk,
            forced_id=asked.pk,
            answer_id=made.pk,
            outcome=made.outcome,
            until=made.until,
            reason=made.text,
        )
    )
    return made


def _asked(actor: Actor, forced_id: int) -> tuple[Measure, ForcedDecision]:
    """Lock the measure first, as everybody does, then look at what is asked about it."""
    there = ForcedDecision.objects.filter(pk=forced_id)
    measure_id = there.values_list("measure_id", flat=True).first()
    if measure_id is None:
        raise NotFound(what="forced decision")
    (measure,) = lock.locked([measure_id])
    authority.ensure(actor, Permission.VIEW, measure.node, named(measure))
    asked = there.get()
    asked.measure = measure
    if asked.state != ForcedState.OPEN:
        raise ForcedAnswered(state=asked.state)
    if not queries.may_decide(actor, asked):
        is_steering = asked.decider_role == Role.STEERING
        who = "the steering committee" if is_steering else "the sponsor of the measure"
        raise NotItsForcedDecider(who=f"{who} or an executive")
    return measure, asked


def _check(measure: Measure, reply: Reply, today: date, limits: Numbers) -> None:
    holds.check_reason(Move.HOLD, reply.text)
    latest = holds.latest_end(today, limits)
    if reply.answer is not Answer.CANCEL and (
        reply.until is None or not today < reply.until <= latest
    ):
        words = {Answer.REPLAN: "A re-plan", Answer.HOLD: "A hold"}
        raise AnswerNeedsItsEnd(answer=words[reply.answer], latest=latest.isoformat())
    if reply.answer is Answer.REPLAN:
        last = queries.last_replan(measure.pk)
        months = limits.replan_months
        if last is not None and (today - last.date()).days < months * 365 / 12:
            raise ReplannedLately(months=months)


def _take_effect(actor: Actor, measure: Measure, reply: Reply) -> None:
    if reply.answer is Answer.REPLAN and measure.stage >= Stage.DECIDED:
        # The plan is opened, and Decided has to be passed again by sponsor and controller.
        stage.roll_back(measure, *schemes.current().gate_to(Stage.DECIDED).start)
    if reply.answer is Answer.HOLD and reply.until is not None:
        lifecycle.hold(
            actor=actor,
            measure_id=measure.pk,
            reason_code=reply.reason_code,
            reason=reply.text,
            until=reply.until,
        )
    if reply.answer is Answer.CANCEL:
        lifecycle.cancel(
            actor=actor,
            measure_id=measure.pk,
            reason_code=reply.reason_code,
            reason=reply.text,
            ending=reply.ending,
        )


@tenancy.act
def lapse(*, actor: Actor) -> int:
    """Set on hold, as Assay itself, what nobody decided in time; returns how many.

    The database judges for itself that it lapsed, and says until when the hold lasts; then the
    end of the hold proposes to the steering committee to cancel.
    """
    if not actor.is_system:
        raise NotAllowed(act="let a forced decision lapse")
    held = 0
    for measure in lock.locked(queries.lapsed(authority.today())):
        asked = queries.waiting_of(measure.pk)
        if asked is None or measure.lifecycle != Lifecycle.ACTIVE:
            continue
        decision = lifecycle.decided(
            measure,
            Lifecycle.ON_HOLD,
            act=Move.HOLD,
            reason_code=ReasonCode.VALUE,
            reason=LAPSED,
            decided_by_id=None,
            # The database puts the day in its place; a hold without any is no row.
            expires_on=authority.today() + timedelta(days=1),
        )
        decision.refresh_from_db()
        audit.record(
            ForcedLapsed(
                subject_id=measure.pk,
                decision_id=decision.pk,
                forced_id=asked.pk,
                reason_code=decision.reason_code,
                reason=decision.reason,
                expires_on=decision.expires_on,
                numbers_version=numbers.version(),
            )
        )
        held += 1
    return held


@tenancy.act
def begin_shadow(*, actor: Actor, reason: str) -> ShadowPeriod:
    """Begin the one period in which forced decisions report and do not act (domain-rules §11).

    Only before the first of them. Raises NotAllowed, ReasonMissing, ShadowNotNow.
    """
    authority.ensure(actor, Permission.CHANGE_NUMBERS, tree.root())
    holds.check_reason(Move.HOLD, reason)
    if queries.shadow() is not None:
        raise ShadowNotNow(why="this one has had its period")
    if ForcedDecision.objects.exists():
        raise ShadowNotNow(why="decisions have been forced here already")
    made: ShadowPeriod = ShadowPeriod.objects.create(
        reason=reason.strip(), begun_by=people.member(actor.member_id or 0)
    )
    made.refresh_from_db()
    audit.record(
        ShadowBegun(subject_id=actor.organization_id, ends_on=made.ends_on, reason=made.reason)
    )
    return made


def decider_of(measure: Measure) -> tuple[Role, int | None]:
    """Return who is asked about a measure: its sponsor, above the limit of Decided the committee.

    The member is the one with the seat nearest to it; None where nobody holds it.
    """
    limit = schemes.current().gate_to(Stage.DECIDED).steering
    is_over = limit is not None and limit.is_over(facts.one(measure.pk))
    if measure.sponsor_id is not None and not is_over:
        return Role.SPONSOR, measure.sponsor_id
    seated = authority.holders(measure.node, Role.STEERING)
    return Role.STEERING, seated[0] if seated else None
