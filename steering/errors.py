"""Refusals of steering: every "no" about deciding an escalation."""

from http import HTTPStatus

from core.errors import DomainError


class EscalationDecided(DomainError):
    """The escalation has its decision."""

    code = "escalation_decided"
    status = HTTPStatus.CONFLICT
    message = "This escalation has already been decided."


class NotItsDecider(DomainError):
    """The person decides neither at the escalation's level nor above it."""

    code = "not_its_decider"
    status = HTTPStatus.FORBIDDEN
    message = "This escalation stands at level {level}: {deciders} can decide it."


class DecisionNotAllowed(DomainError):
    """The decision is not one of those open at this level or to this role."""

    code = "decision_not_allowed"
    status = HTTPStatus.FORBIDDEN
    message = "You cannot decide “{decision}” here. Open to you: {allowed}."


class DecisionIncomplete(DomainError):
    """A decision lacks its reason."""

    code = "decision_incomplete"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "A decision needs a reason in words: what was chosen, and why."


class ExpiryNeeded(DomainError):
    """A decision that leaves the measure running lacks the day it is looked at again."""

    code = "expiry_needed"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "“{decision}” needs a day on which it is looked at again: after today, by {latest}."


class HoldNeedsItsEnd(DomainError):
    """A measure was to be held without saying until when."""

    code = "hold_needs_its_end"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "A hold needs its last day. Please give it, so that it is looked at again."


class HoldDecidesItself(DomainError):
    """What an ending hold asks is answered on the measure, not by words about it."""

    code = "hold_decides_itself"
    status = HTTPStatus.CONFLICT
    message = (
        "A hold that ends is answered by resuming, extending or cancelling the measure. "
        "Do that on the measure's page; this escalation then ends by itself."
    )


class HandOverRefused(DomainError):
    """Some measures cannot go to whom they were to go; none did."""

    code = "hand_over_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "{count} measures cannot be handed over this way, so nothing was changed. "
        "Choose somebody else for each of them."
    )


class OwnSuccession(DomainError):
    """An administrator would name themself on a measure."""

    code = "own_succession"
    status = HTTPStatus.FORBIDDEN
    message = (
        "An administrator does not take over “{measure}” themself. Choose somebody else, or let "
        "the measure's owner or lead name you."
    )


class StillNamed(DomainError):
    """A member would leave a gap behind."""

    code = "still_named"
    status = HTTPStatus.CONFLICT
    message = (
        "{member} is still named on live measures, {count} times. "
        "Choose a successor for each; without one nobody would answer for it."
    )
