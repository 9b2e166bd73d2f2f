"""In whose name an import runs when nobody is named: the organization's only administrator."""

from accounts.models import Member
from accounts.queries import people
from accounts.rules.roles import Role
from core.errors import NotFound
from core.tenancy import Actor
from hierarchy.queries import authority, tree
from intake.errors import SeveralAdministrators


def chosen(email: str | None) -> Actor:
    """Return the member with this address, or the only administrator of the whole organization.

    Raises NotFound, SeveralAdministrators. What the member may do is judged by the import.
    """
    if email is not None:
        found: Member | None = people.members().filter(email=email.strip().lower()).first()
        if found is None:
            raise NotFound(what="member")
        return people.actor_of(found)
    holders = authority.holders(tree.root(), Role.ADMINISTRATOR)
    if len(holders) != 1:
        raise SeveralAdministrators(count=len(holders))
    return people.actor_of(people.member(holders[0]))
