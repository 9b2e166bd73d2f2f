"""Published heads: the latest of them, and whether the ledger still is what they say it was."""

from collections.abc import Iterable

from audit.models import Event, PublishedHead
from audit.papers import Head
from audit.queries.soundness import Fault


def published() -> "list[PublishedHead]":
    """Return the active organization's published heads, the latest first; a year of them."""
    return list(PublishedHead.objects.order_by("-on")[:366])


def latest() -> PublishedHead | None:
    """Return the head published last; None before the first."""
    return PublishedHead.objects.order_by("-on").first()


def compare(heads: Iterable[Head]) -> list[Fault]:
    """Return where the active organization's ledger is not what was published of it."""
    given = {head.seq: head for head in heads}
    found = dict(Event.objects.filter(seq__in=given).values_list("seq", "hash"))
    return [
        Fault(f"act {seq}", _fault(head, found.get(seq)))
        for seq, head in sorted(given.items())
        if found.get(seq) != head.hash
    ]


def _fault(head: Head, now: str | None) -> str:
    if now is None:
        return f"it was published on {head.on}, and is missing"
    return (
        f"it was published on {head.on} with the hash {head.hash[:12]}…, and has {now[:12]}… now: "
        "the ledger was rewritten"
    )
