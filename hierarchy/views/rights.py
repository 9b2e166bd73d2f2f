"""Decision rights: who may what at a node, for everybody who may look there."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.rules.roles import Permission
from hierarchy import pages
from hierarchy.models import Node
from hierarchy.pages import Request, requires
from hierarchy.places import address
from hierarchy.queries import authority, overview
from hierarchy.queries import rights as right_queries
from hierarchy.queries import tree as places


@requires(Permission.VIEW)
@require_GET
def rights(request: Request, node: UUID) -> HttpResponse:
    """Show who may do each act here, by seat or as named, and who never may."""
    found = places.by_public_id(node)
    authority.ensure(request.actor, Permission.VIEW, found)
    context = {
        "node": found,
        "level_name": overview.level_name(found),
        "holders": right_queries.holders(right_queries.reaching(found)),
        "rights": right_queries.rights(),
        "duties": right_queries.duties(),
        "breadcrumbs": _crumbs(request, found.pk, places.path(found)),
    }
    return pages.render(request, "hierarchy/rights.html", context)


def _crumbs(request: Request, last_id: int, path: list[Node]) -> list[dict[str, str]]:
    visible = set(
        authority.visible(request.actor)
        .filter(pk__in=[each.pk for each in path])
        .values_list("pk", flat=True)
    )
    return [
        {
            "label": each.name,
            "url": address(request, "rights", node=each.public_id)
            if each.pk in visible and each.pk != last_id
            else "",
        }
        for each in path
    ]
