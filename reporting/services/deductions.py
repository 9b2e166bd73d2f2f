"""Writing what overlaps put in, so that the next drain knows what to take back."""

from collections.abc import Mapping, Sequence

from measures.models import Overlap
from measures.models.line import PERIODS
from reporting.models import RollupDeduction
from reporting.rules.spread import NOTHING, Standing
from reporting.services import spread

_KEY = ("organization", "overlap", "group", "bucket", "series", "fiscal_year")


def remember(
    posted: Sequence[Overlap], before: Mapping[int, Standing], after: Mapping[int, Standing]
) -> None:
    """Write each row of overlaps as it stands now, also those that came to zero."""
    changed = [each for each in posted if before[each.pk] != after[each.pk]]
    if not changed:
        return
    keys = {each.pk: sorted({*before[each.pk].rows, *after[each.pk].rows}) for each in changed}
    groups = spread.group_ids({key.group for held in keys.values() for key in held})
    RollupDeduction.objects.bulk_create(
        (
            RollupDeduction(
                overlap=each,
                measure_id=each.measure_id,
                other_id=each.other_id,
                path=list(after[each.pk].path or before[each.pk].path),
                group_id=groups[key.group],
                bucket=key.bucket.value,
                series=key.series,
                fiscal_year=key.fiscal_year,
                **dict(zip(PERIODS, after[each.pk].rows.get(key, NOTHING), strict=True)),
            )
            for each in changed
            for key in keys[each.pk]
        ),
        update_conflicts=True,
        unique_fields=list(_KEY),
        update_fields=["path", *PERIODS],
    )
