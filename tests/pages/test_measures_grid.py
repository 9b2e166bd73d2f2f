"""The value grid: saved in one request, refused cell by cell, never overwriting somebody else."""

from decimal import Decimal

import pytest

from accounts.models import Profile
from core import tenancy
from measures.rules.lines import Series
from tests.factories.measures import a_decided_measure, a_planned_measure
from tests.factories.organizations import an_organization
from tests.pages.markup import read
from tests.pages.measures_reader import cell, field, place, reader, sheet

PLAN, FORECAST = Series.PLAN, Series.FORECAST


@pytest.fixture
def subject(clock_at):
    clock_at(2026, 7, 8, 9)
    return a_decided_measure()


@pytest.fixture
def owner(subject):
    return reader(subject.organization, "owner")


def test_a_changed_cell_is_saved_and_the_page_shows_it(subject, owner):
    page = place(subject)
    sent = sheet(owner.see(page)) | {cell(subject, FORECAST, 8): "9,500.25"}

    answer = owner.post(f"{page}value/save/", sent)

    assert (answer.status_code, answer["Location"]) == (
        303,
        f"/o/{subject.organization.slug}/measures/{page}?year=2026#value",
    )
    assert field(owner.see(page), cell(subject, FORECAST, 8)).attributes["value"] == "9,500.25"
    assert subject.row(FORECAST)[7] == 950025


def test_an_emptied_cell_is_not_given_and_not_zero(subject, owner):
    page = place(subject)
    sent = sheet(owner.see(page)) | {cell(subject, FORECAST, 8): ""}

    owner.post(f"{page}value/save/", sent)

    assert subject.row(FORECAST)[7] is None


def test_a_grid_left_alone_saves_nothing(subject, owner):
    page = place(subject)

    answer = owner.post(f"{page}value/save/", sheet(owner.see(page)), is_fragment=True)

    assert read(answer).one(id="notices").text == "Nothing was changed."
    assert subject.versions()[(subject.line_id, FORECAST, 2026)] == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("NaN", "Freight, forecast Aug 2026: “NaN” is not a number. Leave the cell empty"),
        ("1.234,50", "does not follow your number format, 1,234.50."),
        ("12,34", "has its group signs in odd places and could be read in two ways."),
        ("USD 500", "names a currency; the line is kept in EUR. Enter the number in EUR."),
        ("1234567890123456789", "is too large; at most 11 digits fit."),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_and_kept(subject, owner, text, sentence):
    page = place(subject)
    sent = sheet(owner.see(page)) | {
        cell(subject, FORECAST, 8): text,
        cell(subject, FORECAST, 9): "7,000",
    }

    answer = owner.post(f"{page}value/save/", sent, is_fragment=True)

    shown = read(answer)
    refused = field(shown, cell(subject, FORECAST, 8)).attributes
    assert answer.status_code == 422
    assert (refused["value"], refused["aria-invalid"]) == (text, "true")
    assert sentence in refused["data-error"]
    assert field(shown, cell(subject, FORECAST, 9)).attributes["value"] == "7,000"
    assert subject.versions()[(subject.line_id, FORECAST, 2026)] == 1


def test_a_stale_grid_shows_both_values_and_keeps_what_was_typed(subject, owner):
    page = place(subject)
    opened = sheet(owner.see(page))
    subject.save(FORECAST, {8: 9600, 9: 9700}, by="lead")

    answer = owner.post(
        f"{page}value/save/",
        opened | {cell(subject, FORECAST, 8): "7,000", cell(subject, FORECAST, 10): "7,100"},
    )

    shown = read(answer)
    differences = next(
        each for each in shown.all("table") if "Cells that both of you changed" in each.text
    )
    assert answer.status_code == 409
    assert differences.rows() == [["Freight, forecast Aug 2026", "7,000", "9,600"]]
    assert [
        field(shown, cell(subject, FORECAST, period)).attributes["value"] for period in (8, 9, 10)
    ] == ["7,000", "9,700", "7,100"]
    assert subject.row(FORECAST)[7:10] == (960000, 970000, 1000000)


def test_after_a_conflict_the_same_form_can_be_saved(subject, owner):
    page = place(subject)
    opened = sheet(owner.see(page))
    subject.save(FORECAST, {8: 9600}, by="lead")
    refused = owner.post(f"{page}value/save/", opened | {cell(subject, FORECAST, 8): "7,000"})

    answer = owner.post(f"{page}value/save/", sheet(read(refused)))

    assert answer.status_code == 303
    assert subject.row(FORECAST)[7] == 700000


def test_cells_left_alone_never_overwrite_what_somebody_else_saved(subject, owner):
    page = place(subject)
    opened = sheet(owner.see(page))
    subject.save(FORECAST, {9: 9700}, by="lead")
    again = owner.post(f"{page}value/save/", opened | {cell(subject, FORECAST, 8): "7,000"})

    owner.post(f"{page}value/save/", sheet(read(again)))

    assert subject.row(FORECAST)[7:9] == (700000, 970000)


def test_locked_cells_say_why(subject, owner):
    shown = owner.see(place(subject))

    assert field(shown, cell(subject, PLAN, 8)).attributes["data-why"] == (
        "The plan was frozen when the measure was decided. Say in the forecast what changed."
    )
    assert field(shown, cell(subject, FORECAST, 6)).attributes["data-why"] == (
        "The month has ended: its forecast stays as it was last given."
    )
    assert "data-why" not in field(shown, cell(subject, FORECAST, 7)).attributes


def test_a_forecast_typed_past_the_lock_is_refused(subject, owner):
    page = place(subject)
    sent = sheet(owner.see(page)) | {cell(subject, FORECAST, 6): "1"}

    answer = owner.post(f"{page}value/save/", sent)

    assert answer.status_code == 409
    assert "Freight, forecast Jun 2026: the month has ended" in read(answer).text


def test_the_plan_is_edited_before_decided(clock_at):
    clock_at(2026, 7, 8, 9)
    subject = a_planned_measure()
    owner, page = reader(subject.organization, "owner"), place(subject)
    sent = sheet(owner.see(page)) | {cell(subject, PLAN, 4): "12,000"}

    owner.post(f"{page}value/save/", sent)

    assert subject.row(PLAN)[3] == 1200000


@pytest.mark.parametrize("role", ["executive", "sponsor", "controller"])
def test_who_may_not_forecast_sees_a_locked_grid_and_is_refused(subject, owner, role):
    page, other = place(subject), reader(subject.organization, role)
    sent = sheet(owner.see(page)) | {cell(subject, FORECAST, 8): "1"}

    locked = field(other.see(page), cell(subject, FORECAST, 8)).attributes
    answer = other.post(f"{page}value/save/", sent)

    assert locked["data-why"] == "Only the owner of the measure and the lead may change this."
    assert answer.status_code == 403
    assert subject.row(FORECAST)[7] == 1000000


def test_a_double_post_is_one_save(subject, owner):
    page = place(subject)
    sent = sheet(owner.see(page)) | {cell(subject, FORECAST, 8): "7,000"}

    first = owner.post(f"{page}value/save/", sent)
    second = owner.post(f"{page}value/save/", sent)

    assert (first.status_code, second.status_code) == (303, 303)
    assert subject.versions()[(subject.line_id, FORECAST, 2026)] == 2


def test_the_declared_number_format_is_the_only_one_read_and_written(clock_at):
    clock_at(2026, 7, 8, 9)
    organization = an_organization()
    _write_numbers_as(organization, decimal=",", group=".")
    subject = a_decided_measure(organization, {8: Decimal("1234.5")})
    owner, page = reader(organization, "owner"), place(subject)
    shown = owner.see(page)

    answer = owner.post(
        f"{page}value/save/", sheet(shown) | {cell(subject, FORECAST, 9): "2.500,75"}
    )

    assert field(shown, cell(subject, FORECAST, 8)).attributes["value"] == "1.234,50"
    assert answer.status_code == 303
    assert subject.row(FORECAST)[8] == 250075


def test_another_fiscal_year_is_shown_and_saved_by_its_address(subject, owner):
    page = place(subject)
    name = f"cell-{subject.line_id}-forecast-2027-1"

    owner.post(f"{page}value/save/", sheet(owner.see(f"{page}?year=2027")) | {name: "4,000"})

    assert subject.row(FORECAST, 2027)[0] == 400000


def test_no_change_confirms_the_forecast_in_one_click(subject, owner):
    answer = owner.post(f"{place(subject)}value/no-change/", {}, is_fragment=True)

    assert read(answer).one(id="notices").text == "The forecast is confirmed: no change."
    assert subject.versions()[(subject.line_id, FORECAST, 2026)] == 2


def test_the_forecast_is_shifted_and_scaled(subject, owner):
    page = place(subject)

    owner.post(f"{page}value/shift/", {"line_id": subject.line_id, "months": 1})
    shifted = subject.row(FORECAST)
    owner.post(f"{page}value/scale/", {"line_id": subject.line_id, "total": "25,000"})

    assert shifted[6:] == (0, 1000000, 1000000, 1000000, 1000000, 1000000)
    assert sum(subject.row(FORECAST)[6:]) == 2500000


def _write_numbers_as(organization, *, decimal: str, group: str) -> None:
    with tenancy.acting(organization.actor("administrator")):
        Profile.objects.update(decimal_separator=decimal, group_separator=group)
