"""What every endpoint of governance does first: read what was sent, find its measure."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from core import tenancy
from core.tenancy import Actor
from governance.rules.votes import LONGEST_WORDS
from measures.models import Measure
from measures.queries import measures


class Words(serializers.CharField):
    """Some sentences, as long as the pages take them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_WORDS, **options)


def judged(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """Return the values a caller sent; ValidationError names each that does not fit."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def measure_at(actor: Actor, public_id: UUID) -> Measure:
    """Return the measure at an address, as the caller may see it; NotFound."""
    with tenancy.reading(actor):
        return measures.by_public_id(actor, public_id)
