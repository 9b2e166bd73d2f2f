"""Acts on who reads a measure: make it confidential, name readers, open it again."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.queries import people
from accounts.rules.roles import Permission
from core import tenancy
from core.errors import NotFound
from hierarchy.pages import Request, redirect, requires
from measures.forms import Choices, House, chosen
from measures.models.confidential import SecretKind
from measures.queries import measures
from measures.services import confidential
from measures.services.comments import LONGEST_TEXT
from measures.views import dialogs
from measures.views import scene as scenes
from measures.views.dialogs import Asked
from measures.words import SECRET_NAMES

SECTION = "readers"


class ReasonForm(House):
    """Why, in a sentence."""

    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )


class SecretForm(ReasonForm):
    """Of what kind the secret is, and why it is one."""

    kind = forms.ChoiceField(
        label=_("What it is about"),
        choices=[(each.value, SECRET_NAMES[each]) for each in SecretKind],
    )
    field_order = ("kind", "reason")


class ReaderForm(ReasonForm):
    """Who shall read, and why."""

    field_order = ("member_id", "reason")

    def __init__(self, *args: object, members: Choices, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["member_id"] = chosen(_("Reader"), [("", _("Choose a member")), *members])
        self.order_fields(self.field_order)


@requires(Permission.MAKE_CONFIDENTIAL)
def make(request: Request, measure: UUID) -> HttpResponse:
    """Make the measure confidential; whoever is then no reader is led away from it."""
    scene = scenes.of(request, measure, Permission.MAKE_CONFIDENTIAL)
    form = SecretForm(request.POST or None)
    if form.is_valid():
        confidential.make(actor=request.actor, measure_id=scene.measure.pk, **form.cleaned_data)
        sentence = _("The measure is confidential: only its readers find it from now on.")
        if _reads(request, measure):
            return dialogs.done(request, measure, SECTION, sentence)
        messages.success(request, str(sentence))
        return redirect(request, reverse("reporting:home", args=[request.membership.slug]))
    note = _(
        "From now on only owner, sponsor, controller and those they name read this measure: no "
        "seat opens it, not even an administrator's. What was public until now stays in the minds, "
        "letters and exports of those who read it. Opening it again takes sponsor and controller."
    )
    asked = Asked(
        SECTION,
        _("Make the measure confidential"),
        request.path,
        _("Make it confidential"),
        note=note,
        is_danger=True,
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.NAME_READERS)
def name_reader(request: Request, measure: UUID) -> HttpResponse:
    """Name a member as a reader."""
    scene = scenes.of(request, measure, Permission.NAME_READERS)
    with tenancy.reading(request.actor):
        members = list(people.staying().values_list("pk", "name"))
    given = request.GET.get("member", "")
    form = ReaderForm(request.POST or None, initial={"member_id": given}, members=members)
    if form.is_valid():
        confidential.name_reader(
            actor=request.actor, measure_id=scene.measure.pk, **form.cleaned_data
        )
        return dialogs.done(request, measure, SECTION, _("The reader is named."))
    note = _("Whoever is named reads everything of this measure, its past too.")
    asked = Asked(SECTION, _("Name a reader"), request.path, _("Name"), note=note)
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.NAME_READERS)
def withdraw(request: Request, measure: UUID) -> HttpResponse:
    """Let a named reader read no more."""
    scene = scenes.of(request, measure, Permission.NAME_READERS)
    reader_id = dialogs.chosen(request, "reader")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        confidential.withdraw_reader(
            actor=request.actor,
            measure_id=scene.measure.pk,
            reader_id=reader_id,
            **form.cleaned_data,
        )
        return dialogs.done(request, measure, SECTION, _("The reader is withdrawn."))
    note = _("They find this measure no more. What they have read they know.")
    asked = Asked(
        SECTION,
        _("Withdraw the reader"),
        request.get_full_path(),
        _("Withdraw"),
        note=note,
        is_danger=True,
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.OPEN_CONFIDENTIAL)
def propose(request: Request, measure: UUID) -> HttpResponse:
    """Propose to open the measure again."""
    scene = scenes.of(request, measure, Permission.OPEN_CONFIDENTIAL)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        confidential.propose_opening(
            actor=request.actor, measure_id=scene.measure.pk, **form.cleaned_data
        )
        return dialogs.done(request, measure, SECTION, _("The opening is proposed."))
    note = _(
        "Once the other of sponsor and controller confirms, everybody with a seat here or above "
        "reads all of it, its past too."
    )
    asked = Asked(
        SECTION, _("Open the measure again"), request.path, _("Propose the opening"), note=note
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.OPEN_CONFIDENTIAL)
@require_POST
def take_back(request: Request, measure: UUID) -> HttpResponse:
    """Take the proposal to open back, or turn it down."""
    scene = scenes.of(request, measure, Permission.OPEN_CONFIDENTIAL)
    confidential.take_back_opening(actor=request.actor, measure_id=scene.measure.pk)
    return dialogs.done(request, measure, SECTION, _("The measure stays confidential."))


@requires(Permission.OPEN_CONFIDENTIAL, step_up=True)
@require_POST
def confirm(request: Request, measure: UUID) -> HttpResponse:
    """Open the measure, as the other one proposed."""
    scene = scenes.of(request, measure, Permission.OPEN_CONFIDENTIAL)
    confidential.confirm_opening(actor=request.actor, measure_id=scene.measure.pk)
    return dialogs.done(request, measure, SECTION, _("The measure is open again."))


def _reads(request: Request, measure: UUID) -> bool:
    with tenancy.reading(request.actor):
        try:
            measures.by_public_id(request.actor, measure)
        except NotFound:
            return False
    return True
