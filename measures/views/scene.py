"""What each page and act on one measure starts from: the measure, who asks, how figures read."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse

from accounts.queries import people
from accounts.rules.roles import (
    READER_PERMISSIONS,
    Permission,
    measure_permissions,
    permissions_of,
)
from core import tenancy
from core.errors import NotAllowed
from core.money import to_scaled
from hierarchy.pages import Request
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries import measures, periods
from measures.queries.periods import Ground
from measures.rules.amounts import CellReader, NumberFormat, amount_text
from measures.rules.lines import MONEY, Unit
from measures.rules.stage import Lifecycle, Stage

ENDED = {Lifecycle.CANCELLED, Lifecycle.CLOSED}


@dataclass(frozen=True, slots=True)
class Scene:
    """One measure as one reader meets it today."""

    slug: str
    measure: Measure
    granted: frozenset[Permission]
    ground: Ground
    number_format: NumberFormat
    names: dict[int, str]
    opened: frozenset[int] = frozenset()

    @property
    def public_id(self) -> UUID:
        found: UUID = self.measure.node.public_id
        return found

    @property
    def is_open(self) -> bool:
        """True while anything of the measure can still be changed."""
        return Lifecycle(self.measure.lifecycle) not in ENDED

    @property
    def is_secret(self) -> bool:
        """True while it is confidential: whoever has this scene is then one of its readers."""
        return self.measure.node_id in self.opened

    @property
    def is_decided(self) -> bool:
        """True from Decided on: the plan is frozen, forecast and claims are open."""
        return self.measure.stage >= Stage.DECIDED

    @property
    def may(self) -> dict[str, bool]:
        """The acts a page may offer here by name; the services judge each again."""
        return {
            each.name: each in self.granted and (self.is_open or each in _ALWAYS)
            for each in Permission
        }

    @property
    def money(self) -> CellReader:
        """Reads amounts in the organization's own currency."""
        return CellReader(Unit(MONEY), self.ground.currency, self.number_format)

    def written(self, amount: Decimal | None) -> str:
        """Return an amount of money as it can be typed back; empty where none is given."""
        if amount is None:
            return ""
        unit = self.money.unit
        return amount_text(to_scaled(amount, unit.decimals), unit, self.number_format)

    def url(self, name: str = "measures:measure") -> str:
        """Return the address of one of the measure's pages."""
        return reverse(name, kwargs={"slug": self.slug, "measure": self.public_id})

    def name_of(self, member_id: int | None) -> str:
        """Return a member's name, empty for nobody."""
        return "" if member_id is None else self.names.get(member_id, "")


# What goes on after a measure has ended: looking at it, and who may.
_ALWAYS = {
    Permission.VIEW,
    Permission.VIEW_LEDGER,
    Permission.MAKE_CONFIDENTIAL,
    Permission.NAME_READERS,
    Permission.OPEN_CONFIDENTIAL,
}


def _as_reader(measure: Measure) -> frozenset[Permission]:
    is_opened = measure.node_id in tenancy.current().sight.opened
    return READER_PERMISSIONS if is_opened else frozenset()


def of(request: Request, public_id: UUID, permission: Permission = Permission.VIEW) -> Scene:
    """Return the measure at an address as the reader meets it.

    Raises NotFound where it is not visible, NotAllowed where the reader lacks the permission: a
    form that would only be refused is not offered.
    """
    actor = request.actor
    with tenancy.reading(actor):
        measure = measures.by_public_id(actor, public_id)
        profile = people.profile()
        scene = Scene(
            slug=request.membership.slug,
            measure=measure,
            granted=permissions_of(authority.roles_at(actor, measure.node))
            | measure_permissions(
                is_owner=measure.owner_id == actor.member_id,
                is_sponsor=measure.sponsor_id == actor.member_id,
                is_controller=measure.controller_id == actor.member_id,
            )
            | _as_reader(measure),
            opened=tenancy.current().sight.opened,
            ground=periods.ground(),
            number_format=NumberFormat(profile.decimal_separator, profile.group_separator),
            names=people.names_of(
                {measure.owner_id, measure.sponsor_id, measure.controller_id, measure.proposer_id}
            ),
        )
    if permission not in scene.granted:
        raise NotAllowed(act=permission.value)
    return scene
