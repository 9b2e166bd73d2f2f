"""A forgotten password: a letter with a link to the known address, and a note in the ledger."""

from datetime import timedelta

from django.db import transaction

from accounts.events import PasswordReset
from accounts.models import Letter, User
from accounts.queries import people
from accounts.services import letters
from audit import services as audit
from core import tenancy

KIND = "password_reset"
WITHIN = timedelta(hours=1)
MOST = 3  # letters within that time: the one who asks may not be the one who gets them


def ask_reset(*, user: User) -> bool:
    """Post a letter with a link that sets a new password; False where none goes out.

    It goes through the outbox of the first organization the person belongs to; a login without
    any organization opens nothing and gets no letter.
    """
    memberships = people.memberships(user.pk)
    if not memberships:
        return False
    first = memberships[0]
    with tenancy.acting(tenancy.system(first.organization_id)) as context:
        tenancy.lock_organization("letters")
        asked = Letter.objects.filter(
            kind=KIND, member_id=first.member_id, created_at__gt=context.now - WITHIN
        )
        if asked.count() >= MOST:
            return False
        return letters.post(
            kind=KIND,
            key=f"{user.pk} at {context.now.isoformat()}",
            address=user.email,
            member_id=first.member_id,
            subject_id=user.pk,
        )


def reset(*, user: User, password: str) -> None:
    """Set a person's new password, which ends every session, and record it where they belong."""
    with transaction.atomic(durable=True):
        user.set_password(password)
        user.save(update_fields=["password"])
    for each in people.memberships(user.pk):
        _record(actor=people.actor_at(each, user.pk), member_id=each.member_id)


@tenancy.act
def _record(*, actor: tenancy.Actor, member_id: int) -> None:
    audit.record(PasswordReset(subject_id=member_id))
