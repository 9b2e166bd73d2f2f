"""Refusals of the tree: every "no" about where a node may stand."""

from http import HTTPStatus

from core.errors import DomainError


class WrongLevel(DomainError):
    """The level of a node does not fit under the level of its parent."""

    code = "wrong_level"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "A {child} cannot stand under a {parent}: the order is organization, portfolio, program, "
        "project, package, measure. Choose a {wanted} as its parent."
    )


class MoveIntoOwnSubtree(DomainError):
    """A node would become its own ancestor."""

    code = "move_into_own_subtree"
    status = HTTPStatus.CONFLICT
    message = "{node} cannot be moved under itself or a node below it. Choose a parent outside it."


class OtherOrganization(DomainError):
    """The new parent belongs to another organization: the answer is that it does not exist."""

    code = "parent_not_found"
    status = HTTPStatus.NOT_FOUND
    message = "There is no such parent here. Choose a node of your own organization."


class NodeArchived(DomainError):
    """A node that was archived takes no children and does not move."""

    code = "node_archived"
    status = HTTPStatus.CONFLICT
    message = "{node} is archived. An administrator can choose another parent."


class RootStays(DomainError):
    """The root of an organization is neither moved nor archived."""

    code = "root_stays"
    status = HTTPStatus.CONFLICT
    message = "{node} is the root of the organization: it can be renamed, not moved or archived."


class SecondRoot(DomainError):
    """An organization would get a second tree, or a tree inside its tree."""

    code = "second_root"
    status = HTTPStatus.CONFLICT
    message = "An organization has exactly one tree, and its root stands under nothing."


class NodeNotEmpty(DomainError):
    """A node still carries active children."""

    code = "node_not_empty"
    status = HTTPStatus.CONFLICT
    message = (
        "{node} still holds {count} active nodes: {names}. Move, close, cancel or archive them "
        "first, then archive it."
    )


class MeasuresAreProposed(DomainError):
    """A measure is more than a node: it comes to be by being proposed."""

    code = "measures_are_proposed"
    status = HTTPStatus.CONFLICT
    message = (
        "Under {package} stand measures, and a measure is proposed, not added: open the package."
    )


class MeasureNotArchived(DomainError):
    """A measure ends by its own acts and stays in the figures."""

    code = "measure_not_archived"
    status = HTTPStatus.CONFLICT
    message = "{node} is a measure: it ends by being closed or cancelled, and stays in the figures."


class CodeTaken(DomainError):
    """Another node of the organization has this code."""

    code = "code_taken"
    status = HTTPStatus.CONFLICT
    message = "The code “{code}” already belongs to {node}. Choose another, or leave it empty."


class SeatTaken(DomainError):
    """The member already holds this role at this node."""

    code = "seat_taken"
    status = HTTPStatus.CONFLICT
    message = "{member} already is {role} at {node}."


class SeatEnded(DomainError):
    """The seat is over already."""

    code = "seat_ended"
    status = HTTPStatus.CONFLICT
    message = "This seat is over already. Reload the page to see who holds it now."


class OwnSeat(DomainError):
    """Nobody gives a seat to, or takes one from, the own person."""

    code = "own_seat"
    status = HTTPStatus.FORBIDDEN
    message = "You cannot change your own seats. Another administrator can."


class LastAdministrator(DomainError):
    """The organization would be left without anybody who may change its structure."""

    code = "last_administrator"
    status = HTTPStatus.CONFLICT
    message = (
        "{member} is the last administrator of the whole organization. "
        "Appoint another one at {node} first."
    )


class SeatOutOfOrder(DomainError):
    """A seat would end before it begins."""

    code = "seat_out_of_order"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "A seat cannot end on {valid_to}, before it has begun on {valid_from}."


class FixedByFigures(DomainError):
    """What gives figures their meaning cannot change under them."""

    code = "fixed_by_figures"
    status = HTTPStatus.CONFLICT
    message = (
        "The {field} stays {value}: figures have been entered under it. "
        "A new organization can count differently."
    )


class VersionMissing(DomainError):
    """A change came through the API without saying which version it changes."""

    code = "version_missing"
    status = HTTPStatus.PRECONDITION_REQUIRED
    message = "Name the version you change in the header If-Match, as the ETag of your last read."


class VersionMalformed(DomainError):
    """The header If-Match holds something else than one version."""

    code = "version_malformed"
    status = HTTPStatus.BAD_REQUEST
    message = 'If-Match must hold one version as its ETag was given, such as "7", not {given}.'


class BodyTooLarge(DomainError):
    """A request to the API is longer than anything it takes."""

    code = "body_too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    message = "The body is longer than {limit} bytes. Send it in smaller parts."


class CanLogInAlready(DomainError):
    """The person has a password of their own, which nobody else replaces."""

    code = "can_log_in_already"
    status = HTTPStatus.CONFLICT
    message = "{member} can log in already, with a password only {member} knows."


class NoMailServer(DomainError):
    """Letters cannot leave this installation."""

    code = "no_mail_server"
    status = HTTPStatus.CONFLICT
    message = (
        "This installation has no mail server: whoever runs it names one in EMAIL_URL. "
        "Until then add people with a first password."
    )


class InvitedAlready(DomainError):
    """An invitation to this address is open."""

    code = "invited_already"
    status = HTTPStatus.CONFLICT
    message = "{email} is invited already. Send that invitation again, or withdraw it first."


class InvitationOver(DomainError):
    """The link of an invitation leads nowhere any more; which of the reasons is not said."""

    code = "invitation_over"
    status = HTTPStatus.CONFLICT
    message = (
        "This invitation has been used, withdrawn or replaced by a newer one, or its time is over. "
        "Ask an administrator of the organization to send another."
    )


class InvitedSomebodyElse(DomainError):
    """The person who is logged in is not the one who was invited."""

    code = "invited_somebody_else"
    status = HTTPStatus.FORBIDDEN
    message = "This invitation is for {email}. Sign out, and sign in with that address."


class SignInFirst(DomainError):
    """The invited person has a login already and must show that it is theirs."""

    code = "sign_in_first"
    status = HTTPStatus.FORBIDDEN
    message = "{email} has a login already. Sign in with it, then open the link once more."


class DeputyTooLate(DomainError):
    """A deputyship would begin before today, or end before it begins."""

    code = "deputy_too_late"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "A deputy is named from {today} or a later day, until that day or a later one: nothing "
        "is deputised afterwards."
    )


class DeputyTooLong(DomainError):
    """A deputyship would last longer than the organization allows."""

    code = "deputy_too_long"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "A deputy stands in for at most {days} days, so until {latest} at the latest. "
        "For longer, appoint another person to the role."
    )


class DeputyOfOneself(DomainError):
    """Somebody would stand in for themselves."""

    code = "deputy_of_oneself"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "Nobody is their own deputy. Choose another member."


class OwnDeputyship(DomainError):
    """Somebody would name themselves as another's deputy."""

    code = "own_deputyship"
    status = HTTPStatus.FORBIDDEN
    message = (
        "Nobody makes themselves a deputy. {principal} can name you, or another administrator can."
    )


class DeputyTaken(DomainError):
    """The same person stands in for the same duty at the same place on one of the days."""

    code = "deputy_taken"
    status = HTTPStatus.CONFLICT
    message = (
        "{deputy} stands in for {principal} as {role} there already, until {last}. "
        "Revoke that first, or name later days."
    )


class DeputyshipOver(DomainError):
    """A deputyship to be revoked is over already."""

    code = "deputyship_over"
    status = HTTPStatus.CONFLICT
    message = "This deputyship is over already. Reload the page to see who stands in now."


class NoDeputy(DomainError):
    """Nobody recorded that the member stands in for that person in this."""

    code = "no_deputy"
    status = HTTPStatus.FORBIDDEN
    message = (
        "You do not stand in for {principal} in this: a deputy acts for a role, at a place and "
        "for a time that {principal} or an administrator has named under Deputies."
    )


class DeputyEnded(DomainError):
    """The time of a deputy is over, by date or by revocation."""

    code = "deputy_ended"
    status = HTTPStatus.FORBIDDEN
    message = "You stood in for {principal} until {last}. Ask {principal}, or a new deputy."


class NotForDeputies(DomainError):
    """The act is not among those that a deputy does."""

    code = "not_for_deputies"
    status = HTTPStatus.FORBIDDEN
    message = (
        "You act for {principal} now, and a deputy does not {act}. "
        "Go back to acting for yourself, or ask {principal}."
    )


class DutiesMerge(DomainError):
    """A deputy holds a duty of their own on the same measure, or a seat that bars them."""

    code = "duties_merge"
    status = HTTPStatus.FORBIDDEN
    message = (
        "You are {own} here, so you cannot stand in for {principal} as well: a deputy never "
        "merges two duties. {principal} or another deputy must do it."
    )


class OtherHat(DomainError):
    """A form was opened under another name than the one its sender acts in now."""

    code = "other_hat"
    status = HTTPStatus.CONFLICT
    message = (
        "This page was opened acting for {then}, and you act for {now}. "
        "Nothing was done: reload it, and decide again."
    )


class NeedsAPerson(DomainError):
    """A program would do what only a person who is present does."""

    code = "needs_a_person"
    status = HTTPStatus.FORBIDDEN
    message = (
        "Votes, approvals, closings and deputies are a person's, not a token's. Log in with a "
        "browser and do it there, or call with that session."
    )


class PresenceNeeded(DomainError):
    """The password was given too long ago for what is to be done."""

    code = "presence_needed"
    status = HTTPStatus.FORBIDDEN
    message = (
        "This act is recorded under your name for good, so your password is asked for once more "
        "at {where}. Then send it again; nothing was done."
    )


class DayNotYetOver(DomainError):
    """Figures are asked for as known on a day that lies ahead."""

    code = "day_ahead"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "Nothing is known yet as of {day}: today is {today}. Choose this day or an earlier one."
    )


class DayBeforeFounding(DomainError):
    """Figures are asked for as known on a day before anything was kept."""

    code = "day_before_founding"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "Nothing is known here as of {day}: the first day that is kept is {first}. "
        "Choose that day or a later one."
    )


class NotKnownThen(DomainError):
    """A node or measure is asked for as of a day on which it did not stand here."""

    code = "not_known_then"
    status = HTTPStatus.NOT_FOUND
    message = "This {what} was not there yet on {day}. Choose a later day, or look at today's page."
