"""Rolling a stage back: proposed, confirmed or withdrawn, each by a form over the page."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.rules.roles import Permission
from core import tenancy
from core.tenancy import Actor
from governance.errors.rollback import NothingToRollBack
from governance.forms import ReasonForm, ReopeningForm, RollBackForm
from governance.models import RollBack
from governance.queries import rollbacks
from governance.queries.rollbacks import RollBackRow
from governance.rules import rollback as rules
from governance.rules.rollback import RollBackState
from governance.services import rollback
from governance.views import scene as scenes
from governance.views.scene import Asked, Scene
from hierarchy.pages import Request, requires
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries import stages
from measures.queries.measures import named
from measures.rules.stage import Lifecycle, Stage

KEEPS = _("What was decided goes on counting until it is decided anew.")


@requires(Permission.ROLL_BACK, step_up=True)
def propose(request: Request, measure: UUID) -> HttpResponse:
    """Propose to give stages up."""
    scene = _scene(request, measure)
    found = scene.measure
    with tenancy.reading(request.actor):
        names = stages.names()
        targets = rules.targets(Stage(found.stage), Lifecycle(found.lifecycle))
    form = RollBackForm(
        request.POST or None, stages=[(int(each), names.of(each)) for each in targets]
    )
    asked = Asked(
        _("Propose to roll back"),
        _("Propose to roll back"),
        note=_("The other of sponsor and controller confirms it; until then nothing changes."),
    )
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    rollback.propose(actor=request.actor, measure_id=found.pk, **form.cleaned_data)
    return scenes.done(request, scene.url(), _("The roll-back is proposed."))


@requires(Permission.ROLL_BACK, step_up=True)
def confirm(request: Request, measure: UUID) -> HttpResponse:
    """Confirm, as the other of the two, that stages are given up."""
    scene = _scene(request, measure)
    with tenancy.reading(request.actor):
        waiting = _waiting(scene)
        to = stages.names().of(waiting.to_stage)
    asked = Asked(
        _("Roll back to %(stage)s") % {"stage": to},
        _("Roll back"),
        note=_note(scene.measure, waiting),
        is_danger=True,
    )
    form = ReopeningForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    rollback.confirm(
        actor=request.actor, measure_id=scene.measure.pk, to_stage=Stage(waiting.to_stage)
    )
    return scenes.done(request, scene.url(), _("The stage is rolled back."))


@requires(Permission.ROLL_BACK)
def withdraw(request: Request, measure: UUID) -> HttpResponse:
    """Take a proposal back, or decline it."""
    scene = _scene(request, measure)
    asked = Asked(_("Withdraw the roll-back"), _("Withdraw"))
    form = ReasonForm(request.POST or None)
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    rollback.withdraw(actor=request.actor, measure_id=scene.measure.pk, **form.cleaned_data)
    return scenes.done(request, scene.url(), _("The roll-back is withdrawn."))


def done(actor: Actor, measure: Measure) -> list[tuple[str, str, RollBackRow]]:
    """Return what was rolled back: from where, to where, by whom and why."""
    names = stages.names()
    return [
        (names.of(row.from_stage), names.of(row.to_stage), row)
        for row in rollbacks.of(actor, measure).rows
        if row.state is RollBackState.DONE
    ]


def moves(actor: Actor, measure: Measure) -> list[tuple[str, Promise, bool]]:
    """Return what the page of a measure offers: the act, its words, whether it is a danger."""
    found = rollbacks.of(actor, measure)
    offered = (
        (found.may_propose, "roll_back", _("Propose to roll back"), False),
        (found.may_confirm, "roll_back_confirm", _("Confirm the roll-back"), True),
        (found.may_withdraw, "roll_back_withdraw", _("Withdraw the roll-back"), False),
    )
    return [(code, words, is_danger) for may, code, words, is_danger in offered if may]


def _note(measure: Measure, waiting: RollBack) -> str:
    said = gettext("“%(reason)s” An open request is void by it.") % {"reason": waiting.reason}
    opens = rules.reopens_plan(Stage(measure.stage), Stage(waiting.to_stage))
    return f"{said} {KEEPS}" if opens else said


def _scene(request: Request, measure: UUID) -> Scene:
    """Return the measure; a form that would only be refused is not offered."""
    with tenancy.reading(request.actor):
        scene = scenes.of(request, measure)
        found = scene.measure
        authority.ensure(request.actor, Permission.ROLL_BACK, found.node, named(found))
    return scene


def _waiting(scene: Scene) -> RollBack:
    found = rollbacks.waiting(scene.measure.pk)
    if found is None:
        raise NothingToRollBack(measure=scene.measure.node.name)
    return found
