"""Refusals about people, organizations and tokens."""

from http import HTTPStatus

from core.errors import DomainError


class AlreadyMember(DomainError):
    """The person belongs to the organization already."""

    code = "already_member"
    status = HTTPStatus.CONFLICT
    message = "{email} is a member already. Open the person's page to change seats."


class SlugTaken(DomainError):
    """Another organization has this address."""

    code = "slug_taken"
    status = HTTPStatus.CONFLICT
    message = "The address “{slug}” is taken. Choose another short name."


class NumberNeedsTwo(DomainError):
    """One administrator alone tried to change a number of a gate, a duty or a limit."""

    code = "number_needs_two"
    status = HTTPStatus.CONFLICT
    message = (
        "{number} is changed by two administrators: propose it on the page of the number, and "
        "another administrator confirms it under Administration › Gates."
    )


class TokenRefused(DomainError):
    """An API token is unknown, expired or revoked; which of them is not said."""

    code = "token_refused"
    status = HTTPStatus.UNAUTHORIZED
    message = "This token is not valid here. Ask an administrator for a new one."


class TokenReadsOnly(DomainError):
    """A token without the right to write was used to change something."""

    code = "token_reads_only"
    status = HTTPStatus.FORBIDDEN
    message = "This token may only read. Make one that may write, in Administration › Tokens."


class NothingToTakeOut(DomainError):
    """A workbook is asked for at an address that shows no table with rows."""

    code = "nothing_to_take_out"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "There is no table with rows here to take out. Open the page, clear its filter, and "
        "choose Excel below the table you want."
    )


class TableTooLong(DomainError):
    """The tables of a page have more rows than one file takes."""

    code = "table_too_long"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "This table has more than the {most} rows that one file takes. "
        "Narrow it with its filter, or open a node further down, and take out each part."
    )


class LedgerHasItsOwnExport(DomainError):
    """Acts would leave by a way that the ledger does not record."""

    code = "ledger_has_its_own_export"
    status = HTTPStatus.FORBIDDEN
    message = (
        "The ledger is taken out on its own page, where that is recorded. "
        "Open the ledger, search, and choose the form of the file there."
    )
