"""People in administration: members, and the seats they hold."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from accounts.queries import people as members
from accounts.rules.roles import Permission, Role
from core import tenancy
from hierarchy import forms, pages
from hierarchy.pages import Request, requires
from hierarchy.places import address, tabs
from hierarchy.queries import authority, rights
from hierarchy.queries import tree as places
from hierarchy.services import administration, seats
from hierarchy.services.seats import Appointment
from hierarchy.views import invitations
from hierarchy.views.structure import node_context


@requires(Permission.ADMINISTER_PEOPLE, step_up=True)
def people(request: Request) -> HttpResponse:
    """List members, and add one; the password of a new login is shown this once."""
    if request.method == "POST":
        return _add(request, forms.MemberForm(request.POST))
    return _people(request, forms.MemberForm())


def _add(request: Request, form: forms.MemberForm) -> HttpResponse:
    if not form.is_valid():
        return _people(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    member, password = administration.add_member(actor=request.actor, **form.cleaned_data)
    response = _people(request, forms.MemberForm(), added=member, password=password)
    response["Cache-Control"] = "no-store"
    return response


def _people(
    request: Request,
    form: forms.MemberForm,
    status: HTTPStatus = HTTPStatus.OK,
    **shown: object,
) -> HttpResponse:
    with tenancy.reading(request.actor):
        context = invitations.context() | {"member_form": form, **shown}
        return pages.render(
            request, "hierarchy/people.html", context | tabs(request, "people"), status=status
        )


@requires(Permission.ADMINISTER_PEOPLE)
@require_GET
def member(request: Request, member: UUID) -> HttpResponse:
    """Show a member's seats."""
    return _member(request, member)


@requires(Permission.ADMINISTER_PEOPLE, step_up=True)
@require_POST
def first_password(request: Request, member: UUID) -> HttpResponse:
    """Give a member who never could log in a password, and show it this once."""
    password = administration.give_first_password(actor=request.actor, public_id=member)
    with tenancy.reading(request.actor):
        response = _member(request, member, password=password)
    response["Cache-Control"] = "no-store"
    return response


def _member(request: Request, member: UUID, **shown: object) -> HttpResponse:
    found = administration.member_at(member)
    context = {
        "member": found,
        "can_log_in": members.can_log_in(found),
        **shown,
        "seats": rights.held_by(found.pk),
        "is_self": found.pk == request.actor.member_id,
        "breadcrumbs": [
            {"label": "People", "url": address(request, "people")},
            {"label": found.name, "url": ""},
        ],
    }
    return pages.render(request, "hierarchy/member.html", context | tabs(request, "people"))


@requires(Permission.ADMINISTER_PEOPLE, step_up=True)
@require_POST
def appoint(request: Request) -> HttpResponse:
    """Give a member a seat at the node that the form names."""
    with tenancy.reading(request.actor):
        choices = list(members.members())
        form = forms.SeatForm(request.POST, members=choices)
        is_valid = form.is_valid()
        found = places.by_public_id(form.cleaned_data.get("node"))
        authority.ensure(request.actor, Permission.ADMINISTER_PEOPLE, found)
        if not is_valid:
            context = node_context(request, found, seat_form=form)
            return pages.render(
                request, "hierarchy/node.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY
            )
    given = form.cleaned_data
    chosen = next(each for each in choices if str(each.public_id) == given["member"])
    seats.appoint(
        actor=request.actor,
        appointment=Appointment(
            member_id=chosen.pk,
            node_id=found.pk,
            role=Role(given["role"]),
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
        ),
    )
    return pages.redirect(request, address(request, "node", node=found.public_id))


@requires(Permission.ADMINISTER_PEOPLE, step_up=True)
@require_POST
def relieve(request: Request) -> HttpResponse:
    """End a seat from today, and go back to its node."""
    form = forms.RelieveForm(request.POST)
    form.full_clean()
    with tenancy.reading(request.actor):
        today = authority.today()
    seat = seats.relieve(actor=request.actor, seat_id=form.cleaned_data.get("seat", 0), on=today)
    return pages.redirect(request, address(request, "node", node=seat.node.public_id))
