"""Refusals of governance: every "no" about a gate, a vote, a hold, a cancellation or a closing."""

from collections.abc import Sequence
from http import HTTPStatus

from core.errors import DomainError


class GateBlocked(DomainError):
    """Criteria are unmet; `missing` are their sentences, all of them."""

    code = "gate_blocked"
    status = HTTPStatus.CONFLICT
    message = "{gate} still needs: {missing}"
    heading = "{gate} still needs:"


class GateNotNow(DomainError):
    """The measure does not stand where this gate begins."""

    code = "gate_not_now"
    status = HTTPStatus.CONFLICT
    message = (
        "{gate} is not the next gate: the measure stands at {stage} and is {lifecycle}. "
        "Stages are passed one by one, and only while a measure is active."
    )


class RequestAlreadyOpen(DomainError):
    """One request a measure at a time."""

    code = "request_already_open"
    status = HTTPStatus.CONFLICT
    message = (
        "A request for {gate} is already open. It must be decided or withdrawn before another."
    )


class NoFastTrack(DomainError):
    """Two gates were asked at once where the scheme, or the size of the measure, forbids it."""

    code = "no_fast_track"
    status = HTTPStatus.CONFLICT
    message = (
        "{gate} is passed alone here: only a measure below the limit of the gate scheme passes it "
        "together with the next gate."
    )


class NotASubmitter(DomainError):
    """The gate scheme has this gate submitted by another role."""

    code = "not_a_submitter"
    status = HTTPStatus.FORBIDDEN
    message = "{gate} is submitted by: {roles}. The gate scheme of the organization names them."


class StaleRequest(DomainError):
    """What was shown to the voters is not what the measure says now."""

    code = "stale_request"
    status = HTTPStatus.CONFLICT
    message = (
        "Values, baseline, people, criteria or evidence have changed since {gate} was requested, "
        "so its votes no longer count. The owner or lead can submit it again."
    )


class AlreadyDecided(DomainError):
    """The request has its decision."""

    code = "already_decided"
    status = HTTPStatus.CONFLICT
    message = "This request for {gate} has already been decided."


class OwnRequest(DomainError):
    """The voter, or the person voted for, submitted the request."""

    code = "own_request"
    status = HTTPStatus.FORBIDDEN
    message = (
        "Nobody approves their own submission, also not through a deputy. "
        "Another holder of the role must vote."
    )


class OwnMeasure(DomainError):
    """The voter, or the person voted for, owns the measure or owned it when it was submitted."""

    code = "own_measure"
    status = HTTPStatus.FORBIDDEN
    message = "The owner of a measure does not approve its passages."


class NotADecider(DomainError):
    """The voter does not hold the role whose vote is wanted."""

    code = "not_a_decider"
    status = HTTPStatus.FORBIDDEN
    message = "This gate is decided by other roles than yours: the gate table names them."


class DutiesMeet(DomainError):
    """Another role of the same person is kept apart from this act."""

    code = "duties_meet"
    status = HTTPStatus.FORBIDDEN
    message = (
        "A role you hold here is kept apart from this act: an administrator approves nothing, "
        "and owner, sponsor and lead do not confirm value. Another person must do it."
    )


class AlreadyVoted(DomainError):
    """One person, one vote in a request."""

    code = "already_voted"
    status = HTTPStatus.CONFLICT
    message = "You have already voted on this request. Another person must give the other vote."


class RoleAlreadyVoted(DomainError):
    """The role has given its vote."""

    code = "role_already_voted"
    status = HTTPStatus.CONFLICT
    message = "This role has already voted on this request."


class NotTheController(DomainError):
    """Only the measure's own controller confirms value."""

    code = "not_the_controller"
    status = HTTPStatus.FORBIDDEN
    message = "Only the controller named on this measure, or a recorded deputy, can confirm it."


class EnteredTheFigures(DomainError):
    """The controller entered figures that are to be confirmed."""

    code = "entered_the_figures"
    status = HTTPStatus.FORBIDDEN
    message = (
        "Who entered a figure cannot confirm it. The lead can name another controller, "
        "or the owner can enter the figures again."
    )


class NotNow(DomainError):
    """A hold, resumption, cancellation or rejection does not fit where the measure stands."""

    code = "not_now"
    status = HTTPStatus.CONFLICT
    message = "{act} is not possible: the measure stands at {stage} and is {lifecycle}."


class ReasonMissing(DomainError):
    """A hold, cancellation, return or shortfall was given without its reason."""

    code = "reason_missing"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "{act} needs a reason in words. Please say why."


class ConditionsMissing(DomainError):
    """A request was returned without saying by when its conditions are due."""

    code = "conditions_missing"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "A request is returned with conditions and a due date after today. Please give both."


class HoldTooLong(DomainError):
    """The hold would last longer than the organization allows, or ends before it begins."""

    code = "hold_too_long"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "A hold must end after today and at the latest on {latest}, {days} days from today."


class TooManyExports(DomainError):
    """Somebody takes the ledger out again and again."""

    code = "too_many_exports"
    status = HTTPStatus.TOO_MANY_REQUESTS
    message = (
        "You have taken the ledger out {most} times within an hour. "
        "Use a file you have, or wait an hour and try again."
    )


class NotHigher(DomainError):
    """A hold is extended once, by one level above who decided it."""

    code = "not_higher"
    status = HTTPStatus.FORBIDDEN
    message = (
        "This hold cannot be extended here: {why}. Resume or cancel the measure, "
        "or ask a lead above, the steering committee or an executive."
    )


class CriteriaLapsed(DomainError):
    """What the stage asks for is no longer so; `missing` are the sentences, all of them."""

    code = "criteria_lapsed"
    status = HTTPStatus.CONFLICT
    message = (
        "The criteria of {stage} are judged again before the measure runs, and lack: {missing}"
    )


class LessonsMissing(DomainError):
    """A committed measure was to be cancelled without saying what was learned."""

    code = "lessons_missing"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "Cancelling what was decided needs its lessons: what others should know of it."


class EffectStillFlows(DomainError):
    """A measure whose effect has come was to be cancelled as if nothing went on."""

    code = "effect_still_flows"
    status = HTTPStatus.CONFLICT
    message = (
        "Approved actuals show an effect that still flows. If it goes on, close the measure with a "
        "shortfall once it is implemented; if it ends, say in the cancellation how and when."
    )


class RestoredTooLate(DomainError):
    """The days in which a cancellation can be taken back are over."""

    code = "restored_too_late"
    status = HTTPStatus.CONFLICT
    message = (
        "A cancellation can be taken back for {days} days, here until {last}. "
        "Propose a new measure that names this one."
    )


class NotToRestore(DomainError):
    """The measure is not cancelled, was rejected, or nobody has proposed to restore it."""

    code = "not_to_restore"
    status = HTTPStatus.CONFLICT
    message = "Nothing is to be restored here: {why}."


class TwoToRestore(DomainError):
    """A cancellation is taken back by the sponsor and a lead, two persons."""

    code = "two_to_restore"
    status = HTTPStatus.FORBIDDEN
    message = "A cancellation is taken back by two persons: this waits for {who}."


class NothingToRephase(DomainError):
    """A delayed phasing is confirmed only while a measure is on hold."""

    code = "nothing_to_rephase"
    status = HTTPStatus.CONFLICT
    message = "Only the forecast of a measure on hold is confirmed as delayed: this one is {state}."


class NotItsRephaser(DomainError):
    """Only sponsor and controller confirm a delayed phasing."""

    code = "not_its_rephaser"
    status = HTTPStatus.FORBIDDEN
    message = "A delayed phasing is confirmed by the sponsor and the controller of the measure."


class ForcedAnswered(DomainError):
    """The forced decision waits for no answer any more."""

    code = "forced_answered"
    status = HTTPStatus.CONFLICT
    message = "This forced decision is {state}: it waits for no answer."


class NotItsForcedDecider(DomainError):
    """The person does not decide what the rules force."""

    code = "not_its_forced_decider"
    status = HTTPStatus.FORBIDDEN
    message = "This is decided by {who}."


class ReplannedLately(DomainError):
    """A measure is planned anew once in its months."""

    code = "replanned_lately"
    status = HTTPStatus.CONFLICT
    message = (
        "This measure was planned anew within the last {months} months. "
        "Put it on hold or cancel it."
    )


class AnswerNeedsItsEnd(DomainError):
    """A re-plan or a hold was chosen without its last day."""

    code = "answer_needs_its_end"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "{answer} needs its last day: after today, and by {latest}."


class ShadowNotNow(DomainError):
    """The shadow period has been, or decisions have been forced already."""

    code = "shadow_not_now"
    status = HTTPStatus.CONFLICT
    message = (
        "An organization starts with its shadow period, or has none: {why}. "
        "Forced decisions act from now on."
    )


class SchemeInvalid(DomainError):
    """A gate scheme cannot stand; `problems` are its sentences, all of them."""

    code = "scheme_invalid"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "These gates cannot stand: {problems}"


class NumbersInvalid(DomainError):
    """Proposed numbers cannot stand; `problems` are the sentences, all of them."""

    code = "numbers_invalid"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "These numbers cannot stand: {problems}"


class RulesRefused(DomainError):
    """A file of rules cannot be brought in; `lines` are its problems, one a line."""

    code = "rules_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "This file of rules is refused, and nothing of it was taken: {problems}"

    def __init__(self, lines: Sequence[str]) -> None:
        """Keep each problem for itself."""
        super().__init__(problems=" ".join(lines))
        self.lines = tuple(lines)


class PremiseNotCurrent(DomainError):
    """The premise shown was stated anew, or is void already."""

    code = "premise_not_current"
    status = HTTPStatus.CONFLICT
    message = (
        "The premise of {measure} was stated anew or declared void since it was shown. "
        "Reload and read it again."
    )


class OwnProposal(DomainError):
    """Who proposed a change of the gates tried to confirm it."""

    code = "own_proposal"
    status = HTTPStatus.FORBIDDEN
    message = (
        "A change of the gates is confirmed by a second administrator, not by whoever proposed it."
    )


class ProposalChanged(DomainError):
    """The proposal is not the one that was shown, or is no longer open."""

    code = "proposal_changed"
    status = HTTPStatus.CONFLICT
    message = "This proposal has been changed or settled since it was shown. Reload and read it."
