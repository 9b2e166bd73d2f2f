"""The rows of the children table as they are shown: every cell written once, none in the template.

A table of fifty children has some six hundred cells; most of a dashboard's time went there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from measures.queries import stages
from measures.rules.stage import Lifecycle, Stage, StageNames
from measures.words import LIFECYCLE_NAMES
from reporting.charts.sparkline import Sparkline, sparkline
from reporting.queries.children import ChildRow
from reporting.queries.dashboard import NodeLight
from reporting.views.scene import Scene, Writer

NOT_TOLD = "\N{EN DASH}"
PLACE = "{}"  # where a sign's reason is put in, escaped


@dataclass(frozen=True, slots=True)
class Cells:
    """One child, every cell as text or finished markup."""

    name: str
    code: str
    url: str
    note: str
    why: str
    implementation: SafeString
    potential: SafeString
    reds: str
    measures: str
    stage: str
    next_gate: str
    plan: str
    outlook: str
    delta: str
    is_below: bool
    confirmed: str
    confirmed_share: str
    fresh_share: str
    spark: Sparkline | None


def of(scene: Scene, rows: Iterable[ChildRow], write: Writer, group: str) -> Iterator[Cells]:
    """Yield the cells of each row; `group` is kept in the addresses of nodes below."""
    query = _query(scene, group)
    labels, names = (_("Implementation"), _("Potential")), stages.names()
    for row in rows:
        delta = write.money(row.delta, signed=True)
        yield Cells(
            name=row.name,
            code=row.code,
            url=_url(scene, row, query),
            note=_note(row),
            why=_why(row),
            implementation=_sign(row.implementation, labels[0]),
            potential=_sign(row.potential, labels[1]),
            reds=_reds(row),
            measures=NOT_TOLD if row.is_withheld else str(row.measures),
            stage="" if row.stage is None else names.of(row.stage, row.step),
            next_gate=_next_gate(row, names),
            plan=write.money(row.plan),
            outlook=write.money(row.outlook),
            delta=delta,
            is_below=delta.startswith("\N{MINUS SIGN}"),
            confirmed=NOT_TOLD if row.is_withheld else write.money(row.confirmed),
            confirmed_share=write.share(row.confirmed_share),
            fresh_share=write.share(row.fresh_share),
            spark=sparkline(row.outlook_months, row.plan_months, write.unit_name),
        )


def _query(scene: Scene, group: str) -> str:
    """Return what the addresses below keep of this page's: the group, and the day shown."""
    kept = {"group": group, "as_of": "" if scene.as_of is None else scene.as_of.isoformat()}
    said = urlencode({name: value for name, value in kept.items() if value})
    return f"?{said}" if said else ""


def _url(scene: Scene, row: ChildRow, query: str) -> str:
    if row.is_measure:
        address = reverse("measures:measure", kwargs={"slug": scene.slug, "measure": row.address})
        return address if scene.as_of is None else f"{address}{_query(scene, '')}"
    address = reverse("reporting:node", kwargs={"slug": scene.slug, "node": row.address})
    return f"{address}{query}"


def _note(row: ChildRow) -> str:
    said = [_("archived")] if row.is_archived else []
    if not row.is_archived and row.lifecycle not in {None, Lifecycle.ACTIVE}:
        said.append(str(LIFECYCLE_NAMES[row.lifecycle]).lower())
    if row.confidential:
        said.append(
            ngettext("%(n)s confidential", "%(n)s confidential", row.confidential)
            % {"n": row.confidential}
        )
    if row.is_withheld:
        said.append(_("figures withheld"))
    return ", ".join(said)


def _why(row: ChildRow) -> str:
    """Return why a node is red; of a measure its own page tells it, with who can act."""
    if row.is_measure:
        return ""
    reds = {each.reason for each in (row.implementation, row.potential) if each.colour == "red"}
    return " ".join(sorted(reds))


def _reds(row: ChildRow) -> str:
    """Return how many measures below are red in implementation, and in potential."""
    if row.is_withheld:
        return NOT_TOLD
    return f"{row.implementation.reds} / {row.potential.reds}"


def _next_gate(row: ChildRow, names: StageNames) -> str:
    """Return the gate a measure passes next; nothing for what has ended or waits."""
    if row.stage is None or row.stage is Stage.CLOSED or row.lifecycle is not Lifecycle.ACTIVE:
        return "\N{EN DASH}"
    return names.following(row.stage, row.step)


def _sign(light: NodeLight, label: str) -> SafeString:
    """Return a light's sign, named by its label and leading reason: light.html without its cost."""
    colour = "" if light.colour == "none" else light.colour
    drawn = _drawn(colour, label, light.held, get_language())
    return format_html(drawn, light.reason)


@lru_cache(maxsize=64)
def _drawn(colour: str, label: str, held: bool, language: str | None) -> str:  # noqa: FBT001 -- a cache key
    """Return the component once for each colour, with a mark where the reason belongs."""
    del language  # part of the key alone
    shown = {"colour": colour, "label": label, "held": held, "reason": PLACE, "words": False}
    return render_to_string("components/light.html", shown)
