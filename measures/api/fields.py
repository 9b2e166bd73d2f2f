"""What the endpoints of measures share: reading what was sent, and figures as exact text."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.models import Member
from accounts.queries import people
from core import tenancy
from core.errors import NotFound
from core.money import from_scaled
from core.tenancy import Actor
from measures.errors import CellsRefused
from measures.models import Line, Measure
from measures.queries import measures
from measures.services import cells
from measures.services.cells import Typed


class Figure(serializers.CharField):
    """An amount as text, such as "9000.00", so that no digit is lost on the way; or null."""

    default_error_messages = {"not_text": 'Send amounts as text, such as "9000.00".'}

    def to_internal_value(self, data: object) -> str:
        """Return the text as it was sent; a number of JSON is refused, for it may be rounded."""
        if not isinstance(data, str):
            self.fail("not_text")
        return str(super().to_internal_value(data))


class AsOf(serializers.Serializer[Any]):
    """The past day as known on which a thing is shown; without it, as it is now."""

    as_of = serializers.DateField(required=False)


def judged(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """Return the values a caller sent; ValidationError names each that does not fit."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def found(actor: Actor, public_id: UUID) -> Measure:
    """Return the measure at an address, as the caller may see it; NotFound."""
    with tenancy.reading(actor):
        return measures.by_public_id(actor, public_id)


def amounts(line: Line, texts: Mapping[str, str | None]) -> dict[str, Decimal | None]:
    """Return what cells say in the line's unit, by name; CellsRefused names all unclear ones."""
    typed = {name: Typed(line, name, text or "") for name, text in texts.items()}
    said, refusals = cells.read(typed, cells.PLAIN)
    if refusals:
        raise CellsRefused(cells=cells.sentences(refusals))
    return said


def text(scaled: int | None, line: Line) -> str | None:
    """Return a scaled figure as exact text, None where none is given."""
    amount = from_scaled(scaled, line.decimals)
    return None if amount is None else f"{amount:f}"


def member_id(public_id: UUID | None) -> int | None:
    """Return the key of a present member; NotFound. None stays None."""
    if public_id is None:
        return None
    member: Member | None = people.members().filter(public_id=public_id).first()
    if member is None:
        raise NotFound(what="member")
    return member.pk
