"""What Halvern's board aims at: for the group and each portfolio, this year and as a run-rate."""

from config.demo import halvern
from measures.models.target import Horizon


def _aims(year: int, run_rate: int) -> dict[Horizon, int]:
    return {Horizon.FISCAL_YEAR: year, Horizon.RUN_RATE: run_rate}


TARGETS = {
    halvern.GROUP: _aims(47_500_000, 50_000_000),
    halvern.PROCUREMENT: _aims(15_000_000, 15_500_000),
    halvern.OPERATIONS: _aims(12_000_000, 12_500_000),
    halvern.PRODUCT: _aims(6_500_000, 7_000_000),
    halvern.COMMERCIAL: _aims(7_000_000, 7_500_000),
    halvern.OVERHEAD: _aims(5_500_000, 6_000_000),
}
