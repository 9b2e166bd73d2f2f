"""What a member chooses for themselves: how often a letter of what is due comes."""

from http import HTTPStatus

from django.http import HttpResponse

from accounts.queries import people
from accounts.rules.letters import Digest
from accounts.rules.roles import Permission
from accounts.services import people as members
from core import tenancy
from hierarchy import forms, pages
from hierarchy.pages import Request, requires
from hierarchy.places import address


@requires(Permission.VIEW)
def my_letters(request: Request) -> HttpResponse:
    """Show and change how often the reader gets a letter."""
    with tenancy.reading(request.actor):
        member = people.member(request.actor.member_id or 0)
        form = forms.LettersForm(request.POST or None, initial={"digest": member.digest})
        if request.method in pages.READING or not form.is_valid():
            status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
            shown = {"form": form, "member": member}
            return pages.render(request, "hierarchy/my_letters.html", shown, status=status)
    members.choose_digest(actor=request.actor, choice=Digest(form.cleaned_data["digest"]))
    return pages.redirect(request, address(request, "my_letters"))
