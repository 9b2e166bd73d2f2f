"""The database works a closing out as the rules do: the same windows, shares and outcomes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.rules.numbers import NUMBERS, Numbers
from governance.rules import closure, proofs
from governance.rules.closure import Outcome
from governance.rules.facts import GovernedLine, GovernedMonth
from measures.rules.calendar import Month
from measures.rules.lines import Direction, EffectType, Nature, Recurrence
from tests.attacks.bare import bare, put
from tests.factories.governance import YEAR
from tests.factories.organizations import an_organization

MEASURE = 700_001
OVER = 6  # on 8 July the first six months have ended
TABLES = ["measures_line", "measures_seriesversion", "measures_actualclaim"]
WORDS = {
    None: "unproven",
    Outcome.ACHIEVED: "achieved",
    Outcome.SHORTFALL: "shortfall",
    Outcome.STEERING_DECIDES: "steering",
    Outcome.CANCEL_ONLY: "cancel_only",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One month as it is stored."""

    plan: int | None
    approved: int | None
    baseline: int | None
    is_pending: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line as it is stored, with its eight months."""

    nature: Nature
    direction: Direction
    recurrence: Recurrence
    is_level: bool
    is_seasonal: bool
    full_effect: int | None
    is_final: bool
    months: tuple[Said, ...]


def rarely_none(strategy):
    return st.one_of(strategy, strategy, strategy, strategy, st.none())


def lines_of(months, full_effect, is_final):
    """Return lines of any kind with such months."""
    return st.builds(
        Drawn,
        nature=st.sampled_from(Nature),
        direction=st.sampled_from(Direction),
        recurrence=st.sampled_from(Recurrence),
        is_level=st.booleans(),
        is_seasonal=st.sampled_from([False, False, True]),
        full_effect=full_effect,
        is_final=is_final,
        months=st.lists(months, min_size=8, max_size=8).map(tuple),
    )


# What is complete is drawn more often: only then is an outcome worked out at all.
COMPLETE = st.builds(
    Said,
    plan=st.integers(-3, 12),
    approved=st.integers(-3, 14),
    baseline=st.integers(-3, 12),
    is_pending=st.just(value=False),
)
RAGGED = st.builds(
    Said,
    plan=rarely_none(st.integers(-3, 12)),
    approved=rarely_none(st.integers(-3, 14)),
    baseline=rarely_none(st.integers(-3, 12)),
    is_pending=st.sampled_from([False] * 9 + [True]),
)
WHOLE = lines_of(COMPLETE, st.sampled_from([1, 1, 2, 3, 4]), st.just(value=True))
LINES = st.one_of(
    WHOLE, WHOLE, WHOLE, lines_of(RAGGED, rarely_none(st.integers(1, 5)), st.booleans())
)


def planned(approved: int, **changes: object) -> Drawn:
    """Return a benefit of 10 a month from April with three months approved."""
    months = tuple(
        Said(10 if at >= 4 else None, approved if 4 <= at <= 6 else None, None, is_pending=False)
        for at in range(1, 9)
    )
    fields: dict[str, object] = {
        "nature": Nature.BENEFIT,
        "direction": Direction.MORE,
        "recurrence": Recurrence.RECURRING,
        "is_level": False,
        "is_seasonal": False,
        "full_effect": 4,
        "is_final": False,
        "months": months,
    }
    return Drawn(**(fields | changes))


def governed(drawn: Drawn, at: int) -> GovernedLine:
    """Return the line as the rules read it."""
    return GovernedLine(
        line_id=at,
        name=f"Line {at}",
        nature=drawn.nature,
        direction=drawn.direction,
        recurrence=drawn.recurrence,
        full_effect_month=None if drawn.full_effect is None else Month(YEAR, drawn.full_effect),
        plan_size=None,
        months=tuple(
            GovernedMonth(
                month=Month(YEAR, period),
                label=str(period),
                plan=_units(each.plan),
                # What waits has not been approved.
                approved=None if each.is_pending else _units(each.approved),
                baseline=_units(each.baseline),
                is_pending=each.is_pending,
                is_closed=period <= OVER,
            )
            for period, each in enumerate(drawn.months, start=1)
        ),
        is_level=drawn.is_level,
        is_seasonal=drawn.is_seasonal,
        is_declared_final=drawn.is_final,
    )


def _units(amount: int | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)


def stored(raw: psycopg.Connection, organization: int, drawn: Drawn) -> None:
    """Write the line by hand, in tables stripped of their guards."""
    here = {"organization_id": organization, "measure_id": MEASURE}
    full_effect = None if drawn.full_effect is None else date(YEAR, drawn.full_effect, 1)
    line = put(
        raw,
        "measures_line",
        **here,
        name="Line",
        nature=drawn.nature,
        effect_type="hard",
        direction=drawn.direction,
        recurrence=drawn.recurrence,
        is_level=drawn.is_level,
        is_seasonal=drawn.is_seasonal,
        full_effect_on=full_effect,
    )
    claim = {**here, "line_id": line, "fiscal_year": YEAR, "amount": 1}
    for series in ("plan", "baseline", "approved"):
        figures = {
            f"p{period:02d}": getattr(each, series)
            for period, each in enumerate(drawn.months, start=1)
            if series != "approved" or not each.is_pending
        }
        put(
            raw,
            "measures_seriesversion",
            organization_id=organization,
            line_id=line,
            split="",
            series="actual" if series == "approved" else series,
            fiscal_year=YEAR,
            version=1,
            **figures,
        )
    for period, each in enumerate(drawn.months, start=1):
        if each.is_pending:
            put(raw, "measures_actualclaim", **claim, period=period, state="submitted")
    if drawn.is_final:
        put(raw, "measures_actualclaim", **claim, period=1, state="approved", is_final=True)


@pytest.fixture
def ground(clock_at, superuser_connection):
    clock_at(YEAR, 7, 8, 9)
    organization = an_organization().id
    with bare(superuser_connection, TABLES) as raw:
        raw.execute("SELECT set_config('app.organization', %s, true)", [str(organization)])
        yield raw, organization


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lines=st.lists(LINES, min_size=1, max_size=2))
@example(lines=[planned(9)])
@example(lines=[planned(7), planned(10, nature=Nature.RUNNING, direction=Direction.LESS)])
@example(lines=[planned(5), planned(10)])
@example(lines=[planned(4)])
@example(lines=[planned(0)])
@example(lines=[planned(10, nature=Nature.RUNNING, direction=Direction.LESS)])
@example(lines=[planned(12, nature=Nature.RUNNING, direction=Direction.LESS)])
@example(lines=[planned(11, direction=Direction.EXACT)])
@example(lines=[planned(9, recurrence=Recurrence.ONE_OFF, is_final=True)])
def test_the_database_proves_a_closing_as_the_rules_do(ground, lines):
    raw, organization = ground
    judged = closure.judge([governed(each, at) for at, each in enumerate(lines)], Numbers())

    with raw.transaction(force_rollback=True):
        for each in lines:
            stored(raw, organization, each)
        ((found,),) = raw.execute(
            "SELECT assay_proven_outcome(%s, %s)", [organization, MEASURE]
        ).fetchall()

    assert found == WORDS[judged.outcome]


def test_the_database_demands_the_same_files(superuser_connection):
    found = {
        (nature, effect): frozenset(kinds)
        for nature, effect, kinds in superuser_connection.execute(
            "SELECT nature, effect_type, kinds FROM assay_fitting_proofs()"
        ).fetchall()
    }

    assert found == {
        (nature.value, effect.value): frozenset(each.value for each in fitting)
        for nature in Nature
        for effect in EffectType
        if (fitting := proofs.fitting(nature, effect))
    }


@pytest.mark.parametrize(
    ("key", "function"),
    [
        ("proof_months", "assay_months_needed"),
        ("seasonal_proof_months", "assay_months_needed"),
        ("closing_achieved", "assay_proven_outcome"),
    ],
)
def test_the_database_knows_the_numbers_of_a_closing(superuser_connection, key, function):
    ((source,),) = superuser_connection.execute(
        "SELECT prosrc FROM pg_proc WHERE proname = %s", [function]
    ).fetchall()

    assert f"'{key}', {NUMBERS[key].default})" in source
