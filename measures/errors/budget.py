"""Refusals about the budget: its chart, its amounts, what was booked."""

from http import HTTPStatus

from core.errors import DomainError


class BudgetFileRefused(DomainError):
    """A file of the budget with rows that cannot stand; `rows` are their sentences, all of them."""

    code = "budget_file_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "{rows}"
