"""A measure as it was known on a past day."""

from datetime import date

from hierarchy.errors import NotKnownThen
from measures.models import Measure


def known(measure: Measure, on: date) -> Measure:
    """Return a measure as it stood when a day ended, inside that past; NotKnownThen."""
    found = Measure.objects.select_related("node").filter(pk=measure.pk).first()
    if found is None:
        raise NotKnownThen(what="measure", day=on)
    return found
