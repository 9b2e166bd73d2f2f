"""API tokens as administration lists them, each with when it was last used."""

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import ApiToken, TokenUse


def in_force(now: datetime) -> "QuerySet[ApiToken]":
    """Return the tokens that open something, by member, with `last_used_at` (None: never)."""
    used = TokenUse.objects.filter(token=OuterRef("pk")).values("last_used_at")
    rows = ApiToken.objects.filter(revoked_at__isnull=True, expires_at__gt=now)
    noted = rows.annotate(last_used_at=Subquery(used))
    return noted.select_related("member").order_by("member__name", "-created_at")
