"""The words of intake as pages say them, ready for translation."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from intake.rules.rows import FindingKind

FINDINGS: dict[FindingKind, Promise] = {
    FindingKind.EMPTY: _("Empty in the file"),
    FindingKind.ORDER: _("Dates out of order"),
    FindingKind.UNPLANNED: _("Amount not planned"),
    FindingKind.CRITERION: _("Criterion of a gate unmet"),
}
CREATED: dict[str, Promise] = {
    "members": _("Members"),
    "nodes": _("Nodes above measures"),
    "measures": _("Measures"),
    "lines": _("Lines"),
    "milestones": _("Milestones"),
    "seats": _("Seats"),
}
