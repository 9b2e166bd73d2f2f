"""What the letters of hierarchy say."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from accounts.letters import address_of
from accounts.models import Letter
from accounts.queries import people
from accounts.rules.letters import Link, Words
from core import tenancy
from hierarchy.models import Invitation
from hierarchy.services import invitations


def invitation(letter: Letter) -> Words | None:
    """Ask a person in; None where the invitation was used, withdrawn or sent anew since."""
    found = (
        Invitation.objects.select_related("invited_by").filter(pk=letter.subject_id or 0).first()
    )
    if found is None or letter.key != invitations.key_of(found):
        return None
    is_over = found.accepted_at is not None or found.revoked_at is not None
    if is_over or found.expires_at <= tenancy.current().now:
        return None
    organization = people.profile().name
    last_day = found.expires_at.astimezone(ZoneInfo(people.time_zone())).date().isoformat()
    return Words(
        subject=gettext("%(who)s invites you to %(organization)s on Assay")
        % {"who": found.invited_by.name, "organization": organization},
        paragraphs=(
            gettext("Hello %(name)s,") % {"name": found.name},
            gettext(
                "%(who)s asks you to work with %(organization)s on Assay, where strategy is "
                "carried out: measures, their value, and who decides."
            )
            % {"who": found.invited_by.name, "organization": organization},
            gettext("The link works once, until %(day)s.") % {"day": last_day},
        ),
        action=Link(
            gettext("Accept the invitation"),
            address_of("invitation", token=invitations.token_of(found)),
        ),
        footer=gettext("If you do not know why you get this, do nothing: no account is made."),
    )
