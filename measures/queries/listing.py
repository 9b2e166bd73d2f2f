"""Lists of visible measures: searched, filtered, sorted, and read page by page from a key."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from core.errors import NotFound
from core.tenancy import Actor
from hierarchy.queries import tree
from hierarchy.rules.given import whole_number
from measures.models import Dependency, Measure, MeasureStatus
from measures.queries import measures
from measures.queries.measures import MeasureRow
from measures.rules.stage import Lifecycle, Stage

PAGE = 50
NO_LIGHT = "grey"


@dataclass(frozen=True, slots=True)
class Found:
    """A measure that a search found."""

    id: int
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which measures a list shows, and in which order; `q` is a part of name or code."""

    q: str = ""
    stage: str = ""
    lifecycle: str = ""
    implementation: str = ""
    potential: str = ""
    sort: str = "name"
    after: str = ""

    @property
    def is_filtered(self) -> bool:
        """True when not all visible measures are asked for."""
        kept = (self.q, self.stage, self.lifecycle, self.implementation, self.potential)
        return any(each.strip() for each in kept)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `after` is the key from which the next one is read, empty at the end."""

    rows: list[MeasureRow]
    after: str
    all: int


SORTS: Mapping[str, str] = {
    "name": "name_in_order",
    "stage": "stage",
    "owner": "owner_name",
    "size": "size_or_nothing",
}


def page(actor: Actor, wanted: Wanted, limit: int = PAGE) -> Page:
    """Return one page of the measures an actor may see."""
    visible = measures.visible(actor)
    matching = _matching(visible, wanted)
    column, is_descending = _order(wanted.sort)
    ordered = _annotated(matching).order_by(
        F(column).desc() if is_descending else F(column).asc(), "pk"
    )
    last = _annotated(visible).filter(pk=_key(wanted.after)).first()
    if last is not None:
        ordered = ordered.filter(_beyond(last, column, is_descending=is_descending))
    rows = measures.rows(ordered[: limit + 1])
    return Page(
        rows=rows[:limit],
        after=str(rows[limit - 1].measure_id) if len(rows) > limit else "",
        all=matching.count(),
    )


def found(actor: Actor, text: str, *, but: int, chosen: int, limit: int) -> list[Found]:
    """Return visible measures whose name or code holds a text, and the one already chosen."""
    rows = measures.visible(actor).exclude(pk=but)
    asked = rows.filter(_holds(text)) if text.strip() else rows
    others = asked.exclude(pk=chosen).order_by(tree.InOrder("node__name"), "pk")
    listed = [*rows.filter(pk=chosen), *others[:limit]]
    return [Found(each.pk, each.node.name, each.node.code) for each in listed]


def dependency_version(measure_id: int, dependency_id: int) -> int:
    """Return the version of a dependency that ends at a measure either way; NotFound."""
    rows = Dependency.objects.filter(pk=dependency_id, removed_at__isnull=True)
    mine = rows.filter(Q(measure_id=measure_id) | Q(needs_id=measure_id))
    version = mine.values_list("version", flat=True).first()
    if version is None:
        raise NotFound(what="dependency")
    return int(version)


def _matching(rows: "models.QuerySet[Measure]", wanted: Wanted) -> "models.QuerySet[Measure]":
    if wanted.q.strip():
        rows = rows.filter(_holds(wanted.q))
    rows = rows.filter(_stands_at(wanted.stage))
    if wanted.lifecycle in set(Lifecycle):
        rows = rows.filter(lifecycle=wanted.lifecycle)
    for light in ("implementation", "potential"):
        colour = getattr(wanted, light)
        if colour:
            rows = rows.filter(_has_colour(light, colour))
    return rows


def _stands_at(place: str) -> Q:
    """Return the condition for a stage ("3"), or for one step inside it ("3.1")."""
    stage, _dot, step = place.partition(".")
    found, within = whole_number(stage), whole_number(step)
    if found is None or found not in set(Stage):
        return Q()
    return Q(stage=found) if within is None else Q(stage=found, step=within)


def _holds(text: str) -> Q:
    words = text.strip()
    return Q(node__name__icontains=words) | Q(node__code__icontains=words)


def _has_colour(light: str, colour: str) -> Q:
    judged = MeasureStatus.objects.filter(**{light: colour}).values("measure_id")
    if colour != NO_LIGHT:
        return Q(pk__in=judged)
    return Q(pk__in=judged) | ~Q(pk__in=MeasureStatus.objects.values("measure_id"))


def _order(sort: str) -> tuple[str, bool]:
    return SORTS.get(sort.removeprefix("-"), SORTS["name"]), sort.startswith("-")


def _annotated(rows: "models.QuerySet[Measure]") -> "models.QuerySet[Measure]":
    """Add sort columns that are never null, since a key cannot be compared with nothing."""
    owner = Measure.objects.filter(pk=OuterRef("pk")).values("owner__name")
    return rows.annotate(
        name_in_order=tree.InOrder("node__name"),
        owner_name=Coalesce(Subquery(owner[:1]), models.Value("")),
        size_or_nothing=Coalesce("size", models.Value(0), output_field=models.DecimalField()),
    )


def _key(given: str) -> int:
    return whole_number(given) or 0


def _beyond(last: Measure, column: str, *, is_descending: bool) -> Q:
    """Return the condition for what follows a row in the order of the list."""
    value = getattr(last, column)
    further = f"{column}__{'lt' if is_descending else 'gt'}"
    return Q(**{further: value}) | Q(**{column: value}, pk__gt=last.pk)
