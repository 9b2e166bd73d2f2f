"""What waits for the drain."""

from core import tenancy
from core.tenancy import Actor
from measures.models import RollupDirty


def is_any(actor: Actor) -> bool:
    """Tell whether any measure of the organization is marked, in a transaction of its own."""
    with tenancy.reading(actor):
        return bool(RollupDirty.objects.exists())


def count() -> int:
    """Return how many measures of the active organization are marked."""
    return int(RollupDirty.objects.values("measure_id").distinct().count())
