"""Who sits where: the seats in force at nodes and of members."""

from django.db.models import Q, QuerySet

from hierarchy.models import Node, Seat
from hierarchy.queries import authority, tree


def in_force(nodes: QuerySet[Node]) -> QuerySet[Seat]:
    """Return the seats held today by present members at some nodes, from the root downward."""
    day = authority.today()
    rows: QuerySet[Seat] = (
        Seat.objects.filter(node__in=nodes, valid_from__lte=day, member__left_on__isnull=True)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
        .select_related("member", "node")
        .order_by("node__level", tree.InOrder("node__name"), "role", "member__name", "pk")
    )
    return rows
