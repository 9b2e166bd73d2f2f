"""Refusals around a roll-back: not now, not by one alone, not twice."""

from http import HTTPStatus

from core.errors import DomainError


class RollBackNotNow(DomainError):
    """The measure cannot be rolled back there."""

    code = "roll_back_not_now"
    status = HTTPStatus.CONFLICT
    message = "{measure} cannot be rolled back to {to}: {why}."


class RollBackProposed(DomainError):
    """One roll-back is proposed at a time."""

    code = "roll_back_proposed"
    status = HTTPStatus.CONFLICT
    message = (
        "A roll-back of {measure} is proposed already. The other of sponsor and controller "
        "confirms it, or one of the two withdraws it."
    )


class NothingToRollBack(DomainError):
    """No proposal waits."""

    code = "nothing_to_roll_back"
    status = HTTPStatus.CONFLICT
    message = (
        "No roll-back of {measure} waits: nobody has proposed one, or the measure has moved since. "
        "Propose it first, with your reason."
    )


class TwoToRollBack(DomainError):
    """Who proposed a roll-back does not confirm it, not even through a deputy."""

    code = "two_to_roll_back"
    status = HTTPStatus.FORBIDDEN
    message = (
        "A stage is rolled back by two people: what the sponsor proposes the controller confirms, "
        "and the other way round, also where a deputy acts."
    )
