"""What the letters of governance say."""

from django.utils.translation import gettext

from accounts.letters import address_of
from accounts.models import Letter
from accounts.queries import people
from accounts.rules.letters import Link, Words
from audit.models import PublishedHead
from core import signing

HEAD = "ledger_head"


def head(letter: Letter) -> Words | None:
    """Hand a controller the signed line of a day, to be kept outside the installation."""
    found = PublishedHead.objects.filter(pk=letter.subject_id or 0).first()
    if found is None:
        return None
    said = {
        "organization": people.profile().name,
        "day": found.on.isoformat(),
        "seq": found.seq,
        "key": signing.fingerprint(signing.public_key()),
    }
    return Words(
        subject=gettext("Ledger of %(organization)s, %(day)s, up to entry %(seq)s") % said,
        paragraphs=(
            gettext(
                "This is where the ledger ended on %(day)s, signed with the key %(key)s. Keep this "
                "letter: whoever rewrites the ledger later, with whatever power over the database, "
                "cannot rewrite this line."
            )
            % said,
            found.paper,
            gettext(
                "Saved as a file, the line is compared with the ledger by: "
                "manage.py verify_ledger --head FILE"
            ),
        ),
        action=Link(
            gettext("See all published heads"),
            address_of("governance:heads", slug=people.slug()),
        ),
        footer=gettext("You get this once a day because you are a controller of the organization."),
    )
