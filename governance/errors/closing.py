"""Refusals around a closing: its shortfall, its statements, its checks, and its reopening."""

from http import HTTPStatus

from core.errors import DomainError


class NoShortfall(DomainError):
    """There is no confirmed shortfall that waits for the signature."""

    code = "no_shortfall"
    status = HTTPStatus.CONFLICT
    message = (
        "{measure} has no shortfall that waits for this signature. "
        "Its controller confirms the figures first; from then on it is listed for you."
    )


class AlreadySigned(DomainError):
    """One person signs one shortfall once, also not through a deputy."""

    code = "already_signed"
    status = HTTPStatus.CONFLICT
    message = "You, or whom you act for, have already signed this shortfall."


class StaleShortfall(DomainError):
    """The shortfall shown is not the one that was confirmed, or its figures have moved since."""

    code = "stale_shortfall"
    status = HTTPStatus.CONFLICT
    message = (
        "The figures have changed since the controller confirmed them, so this is no longer the "
        "shortfall you were shown. The controller confirms the figures anew; then it can be signed."
    )


class BudgetUnexplained(DomainError):
    """A statement on a budget line without its voucher or reason."""

    code = "budget_unexplained"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "Please say which voucher changed the budget of {line}, or why the budget was not changed."
    )


class EvidenceDoesNotProve(DomainError):
    """A file of another kind than the method of the line demands."""

    code = "evidence_does_not_prove"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "{file} does not prove {line}: its method demands {wanted}."


class NotClosed(DomainError):
    """The act belongs to a closed measure."""

    code = "not_closed"
    status = HTTPStatus.CONFLICT
    message = "{measure} is not closed, so there is nothing to check or to take back."


class AlreadyProposed(DomainError):
    """The reopening was proposed before."""

    code = "already_proposed"
    status = HTTPStatus.CONFLICT
    message = (
        "Reopening {measure} is proposed already. The other of controller and sponsor confirms it."
    )


class NothingToReopen(DomainError):
    """Nobody has proposed to reopen the measure."""

    code = "nothing_to_reopen"
    status = HTTPStatus.CONFLICT
    message = "Nobody has proposed to reopen {measure}. Propose it first, with your reason."


class TwoToReopen(DomainError):
    """Who proposed a reopening does not confirm it."""

    code = "two_to_reopen"
    status = HTTPStatus.FORBIDDEN
    message = (
        "A closing is taken back by two people: what the controller proposes the sponsor confirms, "
        "and the other way round."
    )


class CheckNotDue(DomainError):
    """The check lies ahead."""

    code = "check_not_due"
    status = HTTPStatus.CONFLICT
    message = "The check of {measure} is due on {due_on}: what lasts is not known before."


class AlreadyChecked(DomainError):
    """The check was made."""

    code = "already_checked"
    status = HTTPStatus.CONFLICT
    message = "This check of {measure} has been made; the next one looks at it again."


class LossTooLarge(DomainError):
    """More is said to be lost than was confirmed."""

    code = "loss_too_large"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "{line} cannot lose more than what still lasts of its confirmed size, {left} a year."
