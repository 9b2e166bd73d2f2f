"""Refusals about overlaps of two measures on one budget line."""

from http import HTTPStatus

from core.errors import DomainError


class OverlapUnlike(DomainError):
    """Two lines that cannot overlap."""

    code = "overlap_unlike"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "These two lines cannot overlap: {why}. Name two lines of effect, of two measures that "
        "have not ended, on the same budget line and of one kind."
    )


class OverlapTaken(DomainError):
    """The two lines have an overlap already."""

    code = "overlap_taken"
    status = HTTPStatus.CONFLICT
    message = (
        "{line} and {other} have an overlap already, proposed or agreed. Decline or reverse it "
        "before another is proposed."
    )


class OverlapTooLarge(DomainError):
    """More would be taken off than one of the two plans."""

    code = "overlap_too_large"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "The overlap is larger than one of the two plans in {months}. Enter at most the less."


class OverlapOfSecret(DomainError):
    """An overlap would tell figures of a confidential measure."""

    code = "overlap_of_secret"
    status = HTTPStatus.CONFLICT
    message = (
        "An overlap shows figures of both measures, and one is confidential. A measure has no "
        "overlap while it is confidential: open it first, or reverse its overlaps."
    )


class OverlapNotYours(DomainError):
    """Neither the sponsor of the other measure nor a controller, or the one who acted before."""

    code = "overlap_not_yours"
    status = HTTPStatus.FORBIDDEN
    message = (
        "An overlap is confirmed by the sponsor of the other measure and by a controller of one "
        "of the two, both people who did not propose it. {who} can do it."
    )


class OverlapOver(DomainError):
    """An overlap that stands otherwise than the act needs."""

    code = "overlap_over"
    status = HTTPStatus.CONFLICT
    message = "This overlap is {state}, so it cannot be {act}. Reload the page."


class OverlapReversedByOthers(DomainError):
    """Who is no controller of either measure would reverse an agreed overlap."""

    code = "overlap_reversed_by_controllers"
    status = HTTPStatus.FORBIDDEN
    message = "An agreed overlap is reversed by a controller of one of the two measures: {who}."
