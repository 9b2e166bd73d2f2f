"""The stories of Marienfeld, asserted among those of the demo, which is loaded once."""

from measures.models import Line, MeasureStatus
from measures.queries import lights


def test_the_hospitals_count_in_another_currency_and_year(marienfeld):
    seen = marienfeld.dashboard("Marienfeld Hospitals")

    assert (seen.unit, seen.fiscal_year, seen.measures) == ("CHF", 2026, 8)


def test_theatre_utilisation_is_a_level_in_percent(marienfeld):
    with marienfeld.reading():
        line = Line.objects.get(measure__node__name="Theatre utilisation")
        status = MeasureStatus.objects.get(measure_id=line.measure_id)

    assert (line.unit, line.is_level, status.potential) == ("percent", True, "green")


def test_agency_nurses_at_990_of_1_000_against_950_are_at_a_fifth_not_at_96_percent(marienfeld):
    with marienfeld.reading():
        status = MeasureStatus.objects.get(measure__node__name="Agency-nurse cost")
        found = lights.read(status)

    assert found.potential.colour == "red"
    assert found.potential.reasons[0].sentence == "This fiscal year at 20 % of plan."
