"""What a node may commit to and what stands against it, by the functions that the guard asks."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from core import tenancy
from hierarchy.models import Node
from hierarchy.queries import authority
from measures.models import Envelope, Overspend
from measures.rules.envelopes import OverspendState, Standing

CENTS = 2
IN_FORCE = "SELECT id, assay_envelope_limit(e) FROM assay_envelopes(%s, %s) e WHERE node_id = %s"


@dataclass(frozen=True, slots=True)
class EnvelopeRow:
    """An envelope in force with what counts against it; `is_withheld`: a sum would tell secrets.

    `unrated` counts cost lines in a currency without a plan rate: they are in no sum.
    """

    id: int
    nature: str
    fiscal_year: int
    version: int
    effective_on: date
    reason: str
    by: str
    standing: Standing
    unrated: int
    is_withheld: bool
    is_asked: bool


@dataclass(frozen=True, slots=True)
class OverspendRow:
    """What was asked beyond an envelope, by whom and why, and how it was decided."""

    id: int
    nature: str
    fiscal_year: int
    extra: Decimal
    reason: str
    state: str
    asked_by: str
    asked_by_id: int | None
    asked_at: datetime
    decided_by: str
    decision_reason: str


def in_force_ids(node_id: int) -> dict[int, int]:
    """Return by envelope in force today what may be committed under it, scaled by 10^2."""
    with connection.cursor() as cursor:
        cursor.execute(IN_FORCE, [tenancy.current_organization_id(), authority.today(), node_id])
        return {pk: int(limit) for pk, limit in cursor.fetchall()}


def of(node: Node) -> list[EnvelopeRow]:
    """Return the envelopes of a node that are in force today, latest year first."""
    limits = in_force_ids(node.pk)
    asked = set(
        Overspend.objects.filter(
            envelope_id__in=limits, state=OverspendState.ASKED.value
        ).values_list("envelope_id", flat=True)
    )
    rows = Envelope.objects.filter(pk__in=limits).select_related("recorded_by")
    return [
        _row(row, limits[row.pk], is_asked=row.pk in asked)
        for row in rows.order_by("-fiscal_year", "nature")
    ]


def history(node: Node) -> list[Envelope]:
    """Return every version of the envelopes of a node, the latest first."""
    rows = Envelope.objects.filter(node=node).select_related("recorded_by")
    return list(rows.order_by("-fiscal_year", "nature", "-version"))


def overspends(node: Node) -> list[OverspendRow]:
    """Return what was asked beyond the envelopes of a node, what waits first."""
    rows = Overspend.objects.filter(envelope__node=node).select_related(
        "envelope", "asked_by", "decided_by"
    )
    found = [
        OverspendRow(
            id=row.pk,
            nature=row.envelope.nature,
            fiscal_year=row.envelope.fiscal_year,
            extra=units(row.extra),
            reason=row.reason,
            state=row.state,
            asked_by="" if row.asked_by is None else row.asked_by.name,
            asked_by_id=row.asked_by_id,
            asked_at=row.asked_at,
            decided_by="" if row.decided_by is None else row.decided_by.name,
            decision_reason=row.decision_reason,
        )
        for row in rows.order_by("-pk")
    ]
    return sorted(found, key=lambda each: each.state != OverspendState.ASKED)


def units(scaled: int) -> Decimal:
    """Return an amount in the organization's currency."""
    return Decimal(scaled).scaleb(-CENTS)


def _row(row: Envelope, limit: int, *, is_asked: bool) -> EnvelopeRow:
    # A page reads without the confidential measures: its sum would be wrong, and the whole a hint.
    is_withheld = tenancy.current().sight.hidden_below(row.node_id) > 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT used, committed, unrated FROM assay_spend(%s, %s, %s, %s)",
            [row.organization_id, row.node_id, row.nature, row.fiscal_year],
        )
        used, committed, unrated = cursor.fetchone()
    return EnvelopeRow(
        id=row.pk,
        nature=row.nature,
        fiscal_year=row.fiscal_year,
        version=row.version,
        effective_on=row.effective_on,
        reason=row.reason,
        by="" if row.recorded_by is None else row.recorded_by.name,
        standing=Standing(
            amount=units(row.amount),
            extra=units(limit - row.amount),
            used=None if is_withheld else units(int(used)),
            committed=None if is_withheld else units(int(committed)),
        ),
        unrated=unrated,
        is_withheld=is_withheld,
        is_asked=is_asked,
    )
