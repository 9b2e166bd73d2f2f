"""Lines are added at the decimals of their group, and no digit is lost on the way."""

from measures.rules.lines import LineFacts, Unit
from reporting.rules.scale import at_group_scale

MONTHS = (1, None, *(0,) * 10)


def test_money_in_whole_units_is_brought_to_cents_in_every_series():
    line = LineFacts(
        key="Freight",
        unit=Unit("money", 0),
        baseline={2026: MONTHS},
        plan={2026: MONTHS},
        original={2026: MONTHS},
        forecast={2026: MONTHS},
        approved={2026: MONTHS},
        pending={2026: MONTHS},
        forecast_before_claim={2026: MONTHS},
    )

    scaled = at_group_scale(line)

    expected = {2026: (100, None, *(0,) * 10)}
    assert scaled.unit == Unit("money", 2)
    assert (scaled.baseline, scaled.plan, scaled.original) == (expected,) * 3
    assert (scaled.forecast, scaled.approved) == (expected,) * 2
    assert (scaled.pending, scaled.forecast_before_claim) == (expected,) * 2


def test_money_with_more_than_cents_keeps_its_digits_in_a_group_of_its_own():
    fine = LineFacts(key="Copper", unit=Unit("money", 4), plan={2026: MONTHS})
    usual = LineFacts(key="Freight", unit=Unit("money", 2), plan={2026: MONTHS})

    assert at_group_scale(fine) is fine
    assert at_group_scale(usual) is usual
    assert fine.group != usual.group


def test_another_unit_stays_as_it_was_entered():
    energy = LineFacts(key="Energy", unit=Unit("MWh", 0), currency="", plan={2026: MONTHS})

    assert at_group_scale(energy) is energy
