"""Colours, reasons, and what a light counts as above."""

import string
from fractions import Fraction

import pytest

from measures.rules.lights import (
    DEFAULTS,
    REASONS,
    Colour,
    Finding,
    Light,
    Reason,
    banded,
    counted_colour,
    ended,
    held,
    light_of,
    unjudged,
    worst,
)

G, A, R, GREY, NONE = Colour.GREEN, Colour.AMBER, Colour.RED, Colour.GREY, Colour.NONE
GREEN_REASON = Reason("on_plan", {"percent": "95 %"})
SHORT = Reason("short_run_rate", {"percent": "85 %"})
STALE = Reason("forecast_stale", {"owner": "Olga"})


@pytest.mark.parametrize(
    ("colours", "expected"),
    [([], GREY), ([GREY, NONE], GREY), ([G, GREY], G), ([G, A], A), ([R, A, G], R)],
)
def test_the_worst_colour_wins_and_grey_is_no_colour(colours, expected):
    assert worst(colours) == expected


@pytest.mark.parametrize(
    ("share", "colour"),
    [
        (Fraction(90, 100), G),
        (Fraction(8996, 10000), A),
        (Fraction(70, 100), A),
        (Fraction(6999, 10000), R),
    ],
)
def test_bands_are_judged_on_unrounded_values(share, colour):
    assert banded(share, DEFAULTS.ratio_green, DEFAULTS.ratio_amber) == colour


def test_a_cap_worsens_the_colour_and_leads_among_equals():
    light = light_of([Finding(A, SHORT)], [Finding(A, STALE)])

    assert light.colour == A
    assert light.reasons == (STALE, SHORT)
    assert light.reason_code == "forecast_stale"
    assert light.reason.sentence == "The forecast is stale (owner: Olga)."


def test_a_worse_finding_leads_before_a_cap():
    light = light_of([Finding(R, SHORT)], [Finding(A, STALE)])

    assert (light.colour, light.reasons) == (R, (SHORT, STALE))


def test_a_cap_shows_beside_the_colour_it_covers():
    light = light_of([Finding(G, GREEN_REASON)], [Finding(R, STALE)])

    assert (light.colour, light.uncapped, light.reasons) == (R, G, (STALE,))


def test_a_green_light_gives_its_reason_too():
    light = light_of([Finding(G, GREEN_REASON)])

    assert (light.colour, light.reasons) == (G, (GREEN_REASON,))


def test_a_reason_without_a_sentence_is_refused():
    with pytest.raises(ValueError, match="no sentence"):
        Reason("made_up")


def test_every_sentence_ends_and_names_its_parts():
    for code, sentence in REASONS.items():
        names = [name for _, name, _, _ in string.Formatter().parse(sentence) if name]
        filled = Reason(code, dict.fromkeys(names, "x")).sentence
        assert filled[0].isalnum()
        assert filled.endswith(".")


@pytest.mark.parametrize(
    ("light", "counted"),
    [
        (Light(G, (GREEN_REASON,)), G),
        (Light(R, (SHORT,)), R),
        (unjudged(GREY, "no_plan", owner="Olga"), A),
        (unjudged(GREY, "nothing_due"), NONE),
        (unjudged(GREY, "not_decided"), NONE),
        (ended("closed", None), NONE),
        (held(Light(R, (SHORT,))), R),
        (held(unjudged(GREY, "no_plan", owner="Olga")), A),
        (held(None), NONE),
        (ended("cancelled", Light(A, (SHORT,))), A),
        (ended("cancelled", held(Light(R, (SHORT,)))), R),
    ],
)
def test_a_light_counts_above_as_itself_or_as_what_it_was_before(light, counted):
    assert counted_colour(light) == counted


def test_a_hold_keeps_the_last_colour_and_says_so_once():
    once = held(Light(R, (SHORT,)))

    again = held(once)

    assert (once.colour, once.is_held, once.reason_code) == (R, True, "on_hold")
    assert again.reasons == once.reasons == (Reason("on_hold"), SHORT)


def test_a_hold_without_a_light_before_is_grey():
    assert (held(None).colour, held(None).is_held) == (GREY, True)
