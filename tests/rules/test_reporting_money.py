"""Money in the field's terms: the worked example of domain-rules §15, costs, seasons, cash."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from measures.rules.calendar import Month, PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.lights import Colour, Light, Reason
from measures.rules.lines import Bucket, EffectType, LineFacts, Nature, Recurrence
from measures.rules.stage import Lifecycle, Stage
from measures.rules.sums import Span, Worth
from reporting.rules.contribution import ContributionFacts, contribute
from reporting.rules.money import Asked, Basis, cash, terms
from reporting.rules.rates import rates
from reporting.rules.spread import standing_of

N = None
K = 1000_00
PLAN, OUTLOOK = Basis.PLAN, Basis.OUTLOOK
FREIGHT = LineFacts(
    "Freight",
    full_effect=Month(2026, 4),
    plan={2026: (N, N, N, *[10 * K] * 9), 2027: (10 * K,) * 12},
    forecast={2026: (N, N, N, *[9 * K] * 9), 2027: (9 * K,) * 12},
)
ONCE = LineFacts(
    "Carrier change",
    nature=Nature.ONE_TIME,
    recurrence=Recurrence.ONE_OFF,
    plan={2026: (N, N, 25 * K, *[N] * 9)},
    forecast={2026: (N, N, 25 * K, *[N] * 9)},
)
RUNNING = replace(
    FREIGHT,
    key="Licences",
    nature=Nature.RUNNING,
    plan={2026: (N, N, N, *[2 * K] * 9), 2027: (2 * K,) * 12},
    forecast={2026: (N, N, N, *[2 * K] * 9), 2027: (2 * K,) * 12},
)
SPARES = replace(
    FREIGHT,
    key="Spares",
    is_seasonal=True,
    full_effect=Month(2026, 1),
    plan={2026: (5 * K,) * 11 + (45 * K,)},
    forecast={2026: (5 * K,) * 11 + (45 * K,)},
)


def asked(*lines, stage=Stage.DECIDED, bucket=Bucket.COMMITTED):
    facts = ContributionFacts(
        stage=stage,
        lifecycle=Lifecycle.ACTIVE,
        clock=PeriodClock(date(2026, 1, 8)),
        lines=lines,
        implementation=Light(Colour.GREEN, (Reason("milestones_on_time"),)),
        potential=Light(Colour.GREEN, (Reason("nothing_due"),)),
        forecast=Freshness.FRESH,
        reporting_currency="EUR",
    )
    rows = standing_of((1,), contribute(facts), rates(facts)).rows
    return Asked(rows, "EUR", 2026, bucket)


def spans(term, basis=PLAN):
    return {span: int(each.amount) // K for span, each in term.by_basis[basis].items()}


def test_the_worked_example_in_the_fields_terms():
    gross, once, in_year = terms(asked(FREIGHT, ONCE))

    assert spans(gross) == {
        Span.IN_YEAR: 90, Span.RUN_RATE: 120, Span.CARRY_OVER: 30, Span.EXIT_RATE: 120,
        Span.LIFE: 210,
    }  # fmt: skip
    assert spans(gross, OUTLOOK)[Span.IN_YEAR] == 81
    assert spans(once) == {Span.IN_YEAR: 25, Span.LIFE: 25}
    assert (in_year.worth, spans(in_year)) == (Worth.NET_OF_ALL, {Span.IN_YEAR: 65})


def test_net_is_gross_less_running_over_every_span():
    gross, running, net = terms(asked(FREIGHT, RUNNING))

    assert [each.worth for each in (gross, running, net)] == [
        Worth.GROSS, Worth.RUNNING, Worth.NET,
    ]  # fmt: skip
    assert spans(net) == {
        Span.IN_YEAR: 72, Span.RUN_RATE: 96, Span.CARRY_OVER: 24, Span.EXIT_RATE: 96,
        Span.LIFE: 168,
    }  # fmt: skip


def test_a_seasonal_line_has_no_exit_rate_and_leaves_that_of_others_alone():
    (alone,) = terms(asked(SPARES))
    (together,) = terms(asked(SPARES, FREIGHT))

    assert Span.EXIT_RATE not in spans(alone)
    assert spans(alone)[Span.RUN_RATE] == 100
    assert spans(together)[Span.EXIT_RATE] == 120


def test_what_is_bounded_has_its_life_and_no_run_rate():
    bounded = replace(FREIGHT, recurrence=Recurrence.TEMPORARY)

    (term,) = terms(asked(bounded))

    assert spans(term) == {Span.IN_YEAR: 90, Span.CARRY_OVER: 30, Span.LIFE: 210}


def test_two_kinds_of_effect_stand_in_rows_of_their_own():
    avoided = replace(FREIGHT, key="Avoided", effect_type=EffectType.AVOIDANCE)

    hard, soft = terms(asked(FREIGHT, avoided))

    assert (hard.effect_type, soft.effect_type) == (EffectType.HARD, EffectType.AVOIDANCE)
    assert spans(hard) == spans(soft)


def test_below_decided_the_pipeline_is_asked_for():
    planned = asked(FREIGHT, stage=Stage.DETAILED, bucket=Bucket.PIPELINE)

    (term,) = terms(planned)

    assert spans(term)[Span.IN_YEAR] == 90
    assert terms(replace(planned, bucket=Bucket.COMMITTED)) == []


def test_cash_is_hard_benefit_less_every_cost_from_its_first_month():
    avoided = replace(FREIGHT, key="Avoided", effect_type=EffectType.AVOIDANCE)

    flow = cash(asked(FREIGHT, ONCE, RUNNING, avoided), PLAN)

    assert flow.first == Month(2026, 3)
    assert flow.amounts[:3] == (Decimal(-25_000), Decimal(8_000), Decimal(8_000))
    assert flow.total == 21 * 8_000 - 25_000
    assert cash(asked(avoided), PLAN) is None
