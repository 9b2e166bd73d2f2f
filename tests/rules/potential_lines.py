"""Lines and measures on 8 July 2026 as tests of the potential light begin with them."""

from dataclasses import replace
from datetime import date

from measures.rules.calendar import Month, PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.lights import Colour
from measures.rules.lines import LineFacts
from measures.rules.potential import PotentialFacts, judge_lines, potential
from measures.rules.stage import Lifecycle, Stage

N = None
JULY = PeriodClock(date(2026, 7, 8))
G, A, R, GREY, NONE = Colour.GREEN, Colour.AMBER, Colour.RED, Colour.GREY, Colour.NONE


def year(*months):
    return {2026: tuple(months)}


def line(key="A", **given):
    """A recurring line of 100 a month, delivered to the letter until May."""
    rows = {
        "plan": year(*[100] * 12),
        "forecast": year(*[100] * 12),
        "approved": year(*[100] * 5, *[N] * 7),
        "pending": year(*[N] * 5, 100, *[N] * 6),
        "full_effect": Month(2026, 1),
    }
    return LineFacts(key, **(rows | given))


def facts(*lines, **given):
    base = PotentialFacts(
        stage=Stage.DECIDED,
        lifecycle=Lifecycle.ACTIVE,
        clock=JULY,
        lines=lines,
        forecast=Freshness.FRESH,
        owner="Olga",
        controller="Carl",
    )
    return replace(base, **given)


def light(*lines, **given):
    return potential(facts(*lines, **given)).light


def ratios(*lines, clock=JULY):
    return {(each.window, each.line): each.ratio for each in judge_lines(lines, clock)}
