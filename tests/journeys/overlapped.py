"""The story of the demo about two measures that count the same, told with the others."""

from config.demo import stories_of_change
from core.money import from_scaled
from hierarchy.models import Node
from measures.models import Line, Overlap
from measures.queries import periods
from reporting.models import RollupDeduction
from reporting.queries import deductions


def test_two_packaging_measures_of_480_and_620_k_come_to_960_k_where_they_meet(halvern):
    with halvern.reading():
        lines = Line.objects.filter(budget__code="6210").order_by("measure_id")
        sizes = [each.measure.size for each in lines.select_related("measure")]
        (overlap,) = Overlap.objects.all()
        deducted = RollupDeduction.objects.get(
            overlap=overlap, bucket="committed", series="plan_rate"
        )
        root = Node.objects.get(parent__isnull=True)
        (row,) = deductions.meeting_at(root, periods.ground(), halvern.dashboard(root.name).group)

    assert (sizes, overlap.state, deducted.path) == ([480_000, 620_000], "agreed", [root.pk])
    assert sum(sizes) + from_scaled(deducted.p01, 2) == 960_000
    assert {row.one, row.other} == {
        stories_of_change.PACKAGING_SPECIFICATION.name,
        stories_of_change.PACKAGING_BUNDLING.name,
    }
