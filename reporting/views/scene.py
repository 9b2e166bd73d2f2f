"""What every page of reporting starts from: the node, who looks at it, and how figures read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.template import Context
from django.urls import reverse

from accounts import exact
from accounts.queries import people
from accounts.templatetags import signs
from accounts.templatetags.signs import Scale
from core.errors import NotFound
from core.tenancy import Actor
from hierarchy.errors import NotKnownThen
from hierarchy.models import Node
from hierarchy.pages import Request
from hierarchy.queries import authority, tree
from hierarchy.queries.past import ASKED
from measures.queries import periods
from measures.queries.periods import Ground
from measures.rules import amounts
from measures.rules.amounts import NumberFormat
from measures.rules.lines import GroupKey

_SCALES = {
    amounts.Scale.ONES: Scale.UNITS,
    amounts.Scale.THOUSANDS: Scale.THOUSANDS,
    amounts.Scale.MILLIONS: Scale.MILLIONS,
}
_FINE_FROM = 10**4  # from here on an amount is told in thousands
_DIVISORS = {Scale.UNITS: 1, Scale.THOUSANDS: 10**3, Scale.MILLIONS: 10**6}


@dataclass(frozen=True, slots=True)
class Scene:
    """One node as one reader meets it today, or as it was known on the day `as_of`."""

    slug: str
    node: Node
    ground: Ground
    number_format: NumberFormat
    as_of: date | None = None

    @property
    def kept(self) -> str:
        """Return what addresses of other pages keep: the past day, if it is a page of one."""
        return "" if self.as_of is None else f"?{ASKED}={self.as_of}"

    def url(self, name: str = "reporting:node", **named: object) -> str:
        """Return the address of one of the node's pages."""
        return reverse(name, kwargs={"slug": self.slug, "node": self.node.public_id, **named})


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes amounts in the one scale of a page and in the organization's number format."""

    scale: Scale
    number_format: NumberFormat
    unit_name: str = ""

    @property
    def divisor(self) -> Decimal:
        """What an amount is divided by before it is drawn."""
        return Decimal(_DIVISORS[self.scale])

    @property
    def decimals(self) -> int:
        """How many decimals an amount is shown with in this scale."""
        return 1 if self.scale is Scale.MILLIONS else 0

    @property
    def unit(self) -> str:
        """The unit with the scale of the page: "EUR m"."""
        return signs.unit(self._context(), self.unit_name) if self.unit_name else ""

    @property
    def suffix(self) -> str:
        """The scale alone, for a sentence: "m", "k" or nothing."""
        return signs.unit(self._context(), "").strip()

    def money(self, value: Decimal | None, *, signed: bool = False) -> str:
        """Return an amount as the page shows it; an en dash where none is given."""
        return signs.money(self._context(), value, signed=signed)

    def fine(self, value: Decimal | None, *, signed: bool = False) -> str:
        """Return an amount in a sentence, with its unit and in a scale of its own: "EUR 25.6 k".

        For what is small beside the other figures of a page, and would be cut to nothing in theirs.
        """
        own = Context({"scale": Scale.UNITS.value, "number_format": self.number_format})
        if value is not None and abs(value) >= _FINE_FROM:
            own["scale"] = _SCALES[amounts.scale_for(int(abs(value)) * 10, 0)].value
        text = signs.money(own, value, signed=signed, decimals=int(own["scale"] != Scale.UNITS))
        suffix = signs.unit(own, "").strip()
        return (
            text
            if value is None
            else signs.NO_BREAK.join(filter(None, (self.unit_name, text, suffix)))
        )

    def share(self, value: Decimal | None, *, decimals: int = 1) -> str:
        """Return a ratio as a percentage, cut and not rounded."""
        return signs.share(self._context(), value, decimals=decimals)

    def _context(self) -> Context:
        return Context({"scale": self.scale.value, "number_format": self.number_format})


def of(request: Request, public_id: UUID) -> Scene:
    """Return the node at an address as the reader meets it; NotFound where not visible."""
    return around(request, seen(request.actor, public_id))


def around(request: Request, node: Node) -> Scene:
    """Return a node that the reader may see, with what its figures are read by."""
    ground, profile = periods.ground(), people.profile()  # the first has read both
    return Scene(
        slug=request.membership.slug,
        node=node,
        ground=ground,
        number_format=NumberFormat(profile.decimal_separator, profile.group_separator),
    )


def as_known(scene: Scene, on: date) -> Scene:
    """Return a node as it was known on a day, inside that past; NotKnownThen."""
    node = Node.objects.filter(pk=scene.node.pk).first()
    if node is None:
        raise NotKnownThen(what="place", day=on)
    return replace(scene, node=node, ground=periods.ground(), as_of=on)


def seen(actor: Actor, public_id: UUID) -> Node:
    """Return the node at an address if a seat of the actor lies at or above it; else NotFound."""
    found = authority.visible(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(what="page")
    return found


def highest(actor: Actor) -> list[Node]:
    """Return the nodes at which the actor's seats begin, the highest first; empty without a seat.

    A node below another of them is left out: it is reached from there.
    """
    seats = {each.node.pk: each.node for each in authority.ranges(actor)}
    found = sorted(seats.values(), key=lambda node: (node.level, node.name, node.pk))
    return [node for node in found if not seats.keys() & set(node.ancestor_ids)]


def crumbs(scene: Scene, actor: Actor, *, leads_here: bool = False) -> list[dict[str, str]]:
    """Return the way down to a node, from the highest node that the reader may see.

    `leads_here` makes the node itself a link, for pages that hang on it.
    """
    visible = authority.visible(actor).filter(pk__in=scene.node.ancestor_ids)
    seen_ids = set(visible.values_list("pk", flat=True))
    path = [node for node in tree.path(scene.node)[:-1] if node.pk in seen_ids]
    above = [_crumb(node, scene) for node in path]
    here = _crumb(scene.node, scene)
    return [*above, here if leads_here else {"label": scene.node.name, "url": ""}]


def _crumb(node: Node, scene: Scene) -> dict[str, str]:
    url = reverse("reporting:node", kwargs={"slug": scene.slug, "node": node.public_id})
    return {"label": node.name, "url": url + scene.kept}


def writer(scene: Scene, group: GroupKey | None, shown: Iterable[Decimal | None]) -> Writer:
    """Return how a page writes the figures of a group; the largest of `shown` gives its scale.

    Without a group there are only targets, which are money of the organization.
    """
    if group is not None and not group.unit.is_money:
        return Writer(Scale.UNITS, scene.number_format, group.unit.code)
    largest = amounts.largest(None if value is None else int(value) for value in shown)
    scale = Scale.UNITS if exact.is_on() else _SCALES[amounts.scale_for(largest, 0)]
    currency = scene.ground.currency if group is None else group.currency
    return Writer(scale, scene.number_format, currency)
