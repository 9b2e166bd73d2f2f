"""Whether figures are being written for a file: whole, in units, and every row of a table at once.

On a page a figure is written in the scale of the page and cut; in a file that goes on reckoning it
must be exact. So what is taken out is written by the same code as the page, told so by this.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

MOST_ROWS = 5_000  # of all tables of a page together; some five seconds of work
MOST_DECIMALS = 6
MOST_DECIMALS_OF_MONEY = 4

_is_on: ContextVar[bool] = ContextVar("exact", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Write figures exactly until the block ends."""
    before = _is_on.set(True)
    try:
        yield
    finally:
        _is_on.reset(before)


def is_on() -> bool:
    """Tell whether figures are written for a file."""
    return _is_on.get()


def rows_a_page(shown: int) -> int:
    """Return how many rows a list reads at once: as shown, or more than any file takes."""
    return MOST_ROWS + 1 if is_on() else shown


def decimals_of(value: Decimal, most: int = MOST_DECIMALS) -> int:
    """Return the decimals that a value needs, six at most unless said otherwise."""
    exponent = round(value, most).normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
