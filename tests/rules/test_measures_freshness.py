"""How old a submission may be."""

from datetime import date, timedelta

import pytest

from measures.rules.freshness import (
    Cadence,
    CadenceNumbers,
    Freshness,
    cadence_of,
    freshness_of,
)

GIVEN = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("cadence", "age", "freshness"),
    [
        (Cadence.MONTHLY, 0, Freshness.FRESH),
        (Cadence.MONTHLY, 31, Freshness.FRESH),
        (Cadence.MONTHLY, 32, Freshness.DUE),
        (Cadence.MONTHLY, 38, Freshness.DUE),
        (Cadence.MONTHLY, 39, Freshness.STALE),
        (Cadence.MONTHLY, 62, Freshness.STALE),
        (Cadence.MONTHLY, 63, Freshness.EXPIRED),
        (Cadence.WEEKLY, 7, Freshness.FRESH),
        (Cadence.WEEKLY, 8, Freshness.DUE),
        (Cadence.WEEKLY, 10, Freshness.DUE),
        (Cadence.WEEKLY, 11, Freshness.STALE),
        (Cadence.WEEKLY, 14, Freshness.STALE),
        (Cadence.WEEKLY, 15, Freshness.EXPIRED),
    ],
)
def test_a_submission_ages_by_its_cadence(cadence, age, freshness):
    found = freshness_of(
        given_on=GIVEN,
        expected_from=date(2026, 1, 1),
        today=GIVEN + timedelta(days=age),
        cadence=cadence,
    )

    assert found == freshness


def test_before_the_first_submission_the_clock_runs_from_decided():
    never = freshness_of(given_on=None, expected_from=GIVEN, today=GIVEN + timedelta(days=63))
    earlier = freshness_of(
        given_on=date(2026, 1, 1), expected_from=GIVEN, today=GIVEN + timedelta(days=31)
    )

    assert never == Freshness.EXPIRED
    assert earlier == Freshness.FRESH


def test_a_grace_longer_than_the_cadence_does_not_put_off_expiry():
    found = freshness_of(
        given_on=GIVEN,
        expected_from=GIVEN,
        today=GIVEN + timedelta(days=15),
        cadence=Cadence.WEEKLY,
        numbers=CadenceNumbers(weekly_grace_days=20),
    )

    assert found == Freshness.EXPIRED


@pytest.mark.parametrize(
    ("is_off_track", "is_top_value", "days_to_gate", "cadence"),
    [
        (False, False, None, Cadence.MONTHLY),
        (False, False, 31, Cadence.MONTHLY),
        (False, False, 30, Cadence.WEEKLY),
        (False, False, -5, Cadence.WEEKLY),
        (True, False, None, Cadence.WEEKLY),
        (False, True, None, Cadence.WEEKLY),
    ],
)
def test_what_calls_for_attention_is_asked_weekly(
    is_off_track, is_top_value, days_to_gate, cadence
):
    found = cadence_of(
        is_off_track=is_off_track, is_top_value=is_top_value, days_to_gate=days_to_gate
    )

    assert found == cadence
