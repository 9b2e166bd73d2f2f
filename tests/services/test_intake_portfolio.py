"""A real portfolio is taken over: every figure of the file is in Assay, nothing was repaired."""

import csv
from collections import Counter
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from django.db.models import Sum

from accounts.models import Member
from audit.models import Event, HistoryRow
from audit.queries import soundness
from core import tenancy
from governance.models import ForcedDecision, StagePassage, TakeOver
from hierarchy.models import Node, Seat
from hierarchy.queries import authority
from hierarchy.queries import soundness as tree_soundness
from intake.models import ImportRun
from intake.rules import report as reports
from intake.rules.rows import FindingKind
from measures.models import Line, Measure, Milestone, SeriesVersion
from measures.models.line import PERIODS
from measures.rules.calendar import FiscalCalendar
from measures.rules.stage import Stage
from steering.models import Escalation
from tests.factories import reporting
from tests.factories.intake import HEADER, LARGE, asked, imported, mapping_file, printed
from tests.factories.organizations import an_organization
from tests.factories.steering import time_passed

FORMATS = ("%d/%m/%Y %I:%M:%S %p", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S")
STAGES = (
    (Stage.IDENTIFIED, "BNI"),
    (Stage.DETAILED, "PBC"),
    (Stage.DECIDED, "BCA"),
    (Stage.IMPLEMENTED, "Stage2"),
)
ONE_WATER = {"Service Enablement - One Water", "Service Enablement One Water"}
FISCAL_START = 7
# What is known of the real file (445 rows), and of the small one that stands in where it is absent.
FACTS = {
    445: {
        "tender before approval": 402,
        "tender": 413,
        "no first business case": 232,
        "rounded": 249,
        "empty": {"BNI": 2, "Stage2": 3, "Stage3": 1},
        "spelled otherwise": 1,
        "schemes": 5,
        "milestones": 1300,
    },
    5: {
        "tender before approval": 1,
        "tender": 2,
        "no first business case": 3,
        "rounded": 1,
        "empty": {"BNI": 1, "Stage2": 1, "Stage3": 1},
        "spelled otherwise": 1,
        "schemes": 2,
        "milestones": 11,
    },
}


@pytest.fixture(scope="module")
def rows():
    with LARGE.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


@pytest.fixture(scope="module")
def facts(rows):
    return FACTS[len(rows)]


@pytest.fixture(scope="module")
def taken(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        organization = an_organization(
            currency="AUD", time_zone="Australia/Melbourne", fiscal_start_month=FISCAL_START
        )
        return organization, imported(organization, asked(LARGE))


@pytest.fixture
def reading(db, taken):
    organization, _ = taken
    with tenancy.reading(organization.actor("administrator")):
        yield organization


def day(text: str) -> date | None:
    for pattern in FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a day, no moment
        except ValueError:
            continue
    return None


def cents(text: str) -> int:
    return int(Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_EVEN) * 100)


def standing(row: dict[str, str], cut_over: date) -> Stage:
    reached = Stage.DEFINED
    for stage, column in STAGES:
        found = day(row[column])
        if found is not None and found > cut_over:
            break
        reached = reached if found is None else stage
    return reached


def found(report, kind) -> dict[str, int]:
    return {about: len(each) for of, about, each in reports.grouped(report.findings) if of is kind}


def test_every_row_becomes_one_measure(taken, rows, facts):
    _, report = taken

    assert (report.rows, report.created["measures"], report.refused, report.already) == (
        len(rows),
        len(rows),
        (),
        0,
    )
    assert report.created["milestones"] == facts["milestones"]


def test_what_is_known_of_the_file_is_what_the_report_finds(taken, facts):
    _, report = taken

    assert found(report, FindingKind.ORDER) == {
        "Tender Closed before BCA": facts["tender before approval"]
    }
    assert found(report, FindingKind.EMPTY) == facts["empty"]
    assert found(report, FindingKind.UNPLANNED) == {"FFC": facts["empty"]["Stage2"]}
    assert report.respelled == facts["spelled otherwise"]


def test_the_file_is_as_dirty_as_it_is_said_to_be(rows, facts):
    tender = [(day(row["Tender Closed"]), day(row["BCA"])) for row in rows if row["Tender Closed"]]

    assert len(tender) == facts["tender"]
    assert sum(closed < approved for closed, approved in tender) == facts["tender before approval"]
    assert sum(not row["PBC"] for row in rows) == facts["no first business case"]
    assert len({row["EPT"] for row in rows}) == facts["schemes"]


def test_the_rounding_states_its_sum(taken, rows, facts):
    _, report = taken
    (rounded,) = report.rounded
    written = sum((Decimal(row["FFC"]) for row in rows), Decimal(0))

    assert (rounded.rows, rounded.written, rounded.currency) == (facts["rounded"], written, "AUD")
    assert rounded.stored == Decimal(sum(cents(row["FFC"]) for row in rows)) / 100
    assert rounded.difference == rounded.stored - written


def test_every_amount_stands_in_the_month_of_its_second_completion(reading, rows):
    calendar = FiscalCalendar(FISCAL_START)
    expected = Counter()
    for row in rows:
        if row["Stage2"]:
            month = calendar.month_of(day(row["Stage2"]))
            expected[row["ID"], month.fiscal_year, month.period] += cents(row["FFC"])

    stored = {
        (code, year, period): amount
        for code, year, *figures in SeriesVersion.objects.filter(series="plan").values_list(
            "line__measure__node__code", "fiscal_year", *PERIODS
        )
        for period, amount in enumerate(figures, start=1)
        if amount is not None
    }

    assert stored == dict(expected)


def test_a_line_without_a_month_is_there_and_not_planned(reading, rows):
    unplanned = Line.objects.exclude(
        pk__in=SeriesVersion.objects.filter(series="plan").values("line_id")
    )

    assert set(unplanned.values_list("measure__node__code", flat=True)) == {
        row["ID"] for row in rows if not row["Stage2"]
    }


def test_each_measure_stands_where_its_dates_say_and_none_is_closed(reading, taken, rows):
    _, report = taken
    stored = dict(Measure.objects.values_list("node__code", "stage"))

    assert stored == {row["ID"]: standing(row, report.cut_over_on) for row in rows}
    assert report.standing == Counter(Stage(stage) for stage in stored.values())
    assert set(Measure.objects.values_list("lifecycle", flat=True)) == {"active"}


def test_the_days_of_the_stages_are_those_of_the_file(reading, rows, taken):
    _, report = taken
    stored = set(StagePassage.objects.values_list("measure__node__code", "stage", "entered_on"))

    assert stored == {
        (row["ID"], stage, day(row[column]))
        for row in rows
        for stage, column in STAGES
        if row[column] and stage <= standing(row, report.cut_over_on)
    }


def test_a_row_without_a_first_business_case_passes_the_stage_without_a_day(reading, rows):
    without = {row["ID"] for row in rows if not row["PBC"]}
    told = StagePassage.objects.filter(measure__node__code__in=without, stage=Stage.DETAILED)
    beyond = Measure.objects.filter(node__code__in=without, stage__gt=Stage.DETAILED)

    assert told.count() == 0
    assert beyond.count() > 0


def test_forecasts_open_with_the_plan_from_decided_on(reading):
    def total(series: str) -> dict[str, int | None]:
        rows = SeriesVersion.objects.filter(series=series, line__measure__stage__gte=Stage.DECIDED)
        return rows.aggregate(**{period: Sum(period) for period in PERIODS})

    assert total("forecast") == total("plan")
    assert not SeriesVersion.objects.filter(
        series="forecast", line__measure__stage__lt=Stage.DECIDED
    ).exists()


def test_milestones_carry_the_days_of_the_file_and_are_marked_as_imported(reading, taken, rows):
    _, report = taken
    columns = {
        "Tender closed": "Tender Closed",
        "First practical completion": "Stage1",
        "Second practical completion": "Stage2",
    }
    expected = {
        (row["ID"], name, planned, planned if planned <= report.cut_over_on else None, True)
        for row in rows
        for name, column in columns.items()
        if (planned := day(row[column])) is not None
    }

    assert expected == set(
        Milestone.objects.values_list(
            "measure__node__code", "name", "plan_end", "actual_end", "is_imported"
        )
    )


def test_the_tree_follows_the_columns_and_two_spellings_are_one_project(reading, rows):
    def names(level: int) -> set[str]:
        return set(Node.objects.filter(level=level).values_list("name", flat=True))

    assert names(1) == {row["Owner Group"] for row in rows}
    assert names(2) == {row["Delivery Program"] for row in rows}
    assert names(3) == {row["Owner Team"] for row in rows} - {"Service Enablement One Water"}
    assert names(4) == {row["EPT"] for row in rows}
    assert Measure.objects.filter(
        node__parent__parent__name="Service Enablement - One Water"
    ).count() == sum(row["Owner Team"] in ONE_WATER for row in rows)


def test_every_measure_has_three_different_people(reading):
    people = Measure.objects.values_list("owner_id", "sponsor_id", "controller_id")

    assert {len({*named} - {None}) for named in people} == {3}
    assert set(Seat.objects.filter(member__email__contains="@capital.").values_list("role")) == {
        ("lead",),
        ("steering",),
        ("executive",),
    }


def test_unmet_criteria_are_stored_with_the_take_over_and_told(reading, taken, rows):
    _, report = taken
    stored = Counter(row["code"] for taken_over in TakeOver.objects.all()
                     for row in taken_over.unmet)  # fmt: skip

    assert TakeOver.objects.count() == len(rows)
    assert stored == found(report, FindingKind.CRITERION)
    assert stored["size"] == len(Measure.objects.filter(stage__gte=Stage.IDENTIFIED))


def test_the_run_is_kept_with_what_was_told(reading, taken):
    _, report = taken
    run = ImportRun.objects.get()

    assert (run.pk, run.rows, run.created, run.refused) == (
        report.run_id,
        report.rows,
        report.created,
        [],
    )
    assert [row["sentence"] for row in run.findings] == [each.sentence for each in report.findings]
    assert Event.objects.get(act="portfolio_imported").subject_id == run.pk


def test_a_second_run_changes_nothing_and_says_so(db, taken, rows):
    organization, _ = taken

    def state() -> tuple[int, ...]:
        with tenancy.reading(organization.actor("administrator")):
            tables = (Event, HistoryRow, Node, Measure, ImportRun, Member, Seat)
            return tuple(table.objects.count() for table in tables)

    before = state()
    said = printed(organization, LARGE, "--mapping", "capital-delivery")

    assert state() == before
    assert f"there already, left as they are: {len(rows)}" in said
    assert "Nothing was changed: all of it stands here already." in said


def test_nothing_escalates_for_what_was_before_the_cut_over(db, taken):
    organization, _ = taken
    reporting.drained(organization)
    time_passed(organization)

    with tenancy.reading(organization.actor("administrator")):
        assert list(Escalation.objects.values_list("rule", "measure__node__code")) == []
        assert list(ForcedDecision.objects.values_list("measure__node__code")) == []


def test_ledger_tree_and_roll_ups_are_sound_afterwards(db, taken):
    organization, _ = taken
    reporting.drained(organization)

    assert reporting.drifted(organization) == []
    with tenancy.reading(organization.actor("administrator")):
        assert soundness.examine().faults == ()
        assert list(tree_soundness.faults()) == []


def test_the_cut_over_is_the_day_of_the_import(reading, taken):
    _, report = taken

    assert report.cut_over_on <= authority.today()
    assert set(Measure.objects.values_list("taken_over_on", flat=True)) == {report.cut_over_on}


def test_nothing_is_forced_about_what_a_plan_had_lost_before_the_cut_over(db, tmp_path):
    organization = an_organization()
    costs = mapping_file(
        tmp_path,
        organization,
        lambda shape: (
            shape.replace("cut_over = 2026-06-30", 'cut_over = "today"')
            .replace('nature = "benefit"', 'nature = "one_time"')
            .replace('recurrence = "recurring"', 'recurrence = "one_off"')
        ),
    )
    with tenancy.reading(organization.actor("administrator")):
        begins = authority.today().strftime("%d.%m.%Y")
    (tmp_path / "costs.csv").write_bytes(
        f"{HEADER}\nS1;Pumpe;Technik;Köln;1.250,50;15.006;01.02.2026;{begins}\n".encode("latin-1")
    )
    imported(organization, asked(tmp_path / "costs.csv", costs))
    reporting.drained(organization)
    time_passed(organization)

    with tenancy.reading(organization.actor("administrator")):
        assert Measure.objects.get().stage == Stage.DECIDED
        assert list(ForcedDecision.objects.values_list("conditions", flat=True)) == []
