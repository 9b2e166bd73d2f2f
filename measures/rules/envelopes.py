"""Spending envelopes: what a node may commit to in a fiscal year, and what stands against it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Cost(StrEnum):
    """The natures of cost that have an envelope, as measures.rules.lines names them."""

    ONE_TIME = "one_time"
    RUNNING = "running"


class OverspendState(StrEnum):
    """Where the wish to commit to more than the envelope stands; approved, it raises the limit."""

    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Standing:
    """One envelope in the organization's currency with what counts against it.

    `used` are approved actuals of all measures below, `committed` is what live committed ones will
    have cost: the actual, else the forecast, else the plan. Both are None where they are withheld.
    """

    amount: Decimal
    extra: Decimal
    used: Decimal | None
    committed: Decimal | None

    @property
    def limit(self) -> Decimal:
        """Return what may be committed: the envelope and what was approved beyond it."""
        return self.amount + self.extra

    @property
    def headroom(self) -> Decimal | None:
        """Return what is left to commit, negative where the limit is passed; None if withheld."""
        return None if self.committed is None else self.limit - self.committed

    @property
    def is_over(self) -> bool:
        """Tell whether more is committed than envelope and approvals allow."""
        return self.headroom is not None and self.headroom < 0
