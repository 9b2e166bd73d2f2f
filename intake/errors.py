"""Refusals of intake: every "no" about a file, a mapping or an import as a whole."""

from http import HTTPStatus

from core.errors import DomainError


class FileNotThere(DomainError):
    """There is no such file, or it cannot be read."""

    code = "file_not_there"
    status = HTTPStatus.NOT_FOUND
    message = "{file} cannot be read: {problem}. Check the path and who may read it."


class FileTooLarge(DomainError):
    """The file is larger than what is read at all."""

    code = "file_too_large"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "{file} has {size} MB, and at most {most} MB are read. Split it into several files."


class NotCsv(DomainError):
    """The file is something else than delimited text."""

    code = "not_csv"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "{file} is no CSV file: {problem}. Save it as CSV and try again."


class WrongEncoding(DomainError):
    """The file's bytes are not text in the declared encoding."""

    code = "wrong_encoding"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "{file} is not written in {encoding}, as the mapping declares: {problem}. "
        "Declare the right encoding, or save the file in this one."
    )


class ColumnsMissing(DomainError):
    """The mapping names columns that the file does not have."""

    code = "columns_missing"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "{file} has no column {columns}. Its columns are: {found}. Correct the mapping."


class MappingRefused(DomainError):
    """The mapping file does not say clearly what it must."""

    code = "mapping_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "The mapping cannot be used: {where} {problem}."


class CutOverAhead(DomainError):
    """The declared day of the cut-over has not come yet."""

    code = "cut_over_ahead"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "The cut-over on {day} lies ahead: a portfolio is taken over as it stands by today."


class RowsRefused(DomainError):
    """Rows were refused where every row was asked for."""

    code = "rows_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "{count} rows are refused, so nothing was imported. First: {first}"


class SeveralAdministrators(DomainError):
    """It is not clear in whose name the import runs."""

    code = "several_administrators"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "{count} administrators could run this import. Name one by e-mail address."
