"""The one lock under which roll-ups are written; other writers neither take nor wait for it.

It is not the lock of the tree: a drain that reads a place before a move commits leaves the move's
own marks in the queue, and the next drain finds them. So structure never waits for a drain.
"""

from core import tenancy


def take() -> None:
    """Wait until nobody else writes this organization's roll-ups, first come, first served."""
    tenancy.lock_organization("rollups")
