"""What the active organization calls the stages and steps that its measures pass."""

from django.db import connection
from django.utils.translation import gettext

from core import tenancy
from measures.rules.stage import StageNames


def names() -> StageNames:
    """Return the names of the scheme in force today; a page asks for them once."""
    return tenancy.once("stage names", _read)


def _read() -> StageNames:
    """Ask the database, which keeps the scheme; the names of the default scheme are translated."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT label, steps FROM assay_stage_names(%s)", [tenancy.current_organization_id()]
        )
        rows = cursor.fetchall()
    return StageNames(
        stages=tuple(gettext(label) for label, _steps in rows),
        steps=tuple(tuple(steps) for _label, steps in rows),
    )
