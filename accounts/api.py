"""Who calls the API: a program by its token, or a member's browser by its session."""

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from accounts.errors import TokenRefused
from accounts.models import ApiToken, User
from accounts.queries import people
from accounts.services import tokens
from core import tenancy
from core.errors import NotFound
from core.tenancy import Actor

SCHEME = "Bearer"


class TokenOfOrganization(BaseAuthentication):
    """Takes `Authorization: Bearer assay_…`, good for the organization in the address only."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Set the token's member as `request.actor`; TokenRefused whatever is wrong with it."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        try:
            organization = people.by_slug(_slug(request))
        except NotFound as error:
            raise TokenRefused from error
        with tenancy.reading(tenancy.system(organization.pk)) as context:
            token = tokens.holder(secret.strip(), context.now)
            user: User = token.member.user
            is_noted = tokens.is_noted(token, context.now)
        if not is_noted:
            tokens.note_use(actor=tenancy.system(organization.pk), token_id=token.pk)
        _act_as(request, people.actor_of(token.member))
        return user, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that a stranger is answered 401."""
        return f'{SCHEME} realm="assay"'


class SessionOfMember(SessionAuthentication):
    """Takes the browser's session with its CSRF token; a stranger to the organization gets 404."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Set the logged-in member as `request.actor`."""
        found = super().authenticate(request)
        if found is None:
            return None
        user: User = found[0]
        membership = people.membership(user.pk, _slug(request))
        if membership is None:
            raise NotFound(what="organization")
        _act_as(
            request,
            Actor(
                organization_id=membership.organization_id,
                member_id=membership.member_id,
                user_id=user.pk,
                name=membership.name,
            ),
        )
        return user, None


def _slug(request: Request) -> str:
    match = request.resolver_match
    return "" if match is None else str(match.kwargs.get("slug", ""))


def _act_as(request: Request, actor: Actor) -> None:
    request._request.actor = actor  # type: ignore[attr-defined]  # noqa: SLF001 -- as the middleware does
