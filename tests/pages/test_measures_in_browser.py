"""The pages of measures in a real browser: for everybody, within the policy, nothing lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.rules.roles import Role
from measures.rules.lines import Series
from tests.factories.measures import Subject, a_decided_measure, a_planned_measure
from tests.pages.in_browser import WIDTHS, Visit, beyond, client_of, findings
from tests.pages.measures_reader import cell, place

pytestmark = pytest.mark.browser
PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const paste = { clipboardData, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
}"""

Open = Callable[[str], Page]


@pytest.fixture
def subject(clock_at) -> Subject:
    clock_at(2026, 7, 8, 9)
    made = a_decided_measure()
    a_planned_measure(made.organization)
    made.claim(7, 9000)
    made.judged()
    return made


@pytest.fixture
def opened_by(visit: Visit, subject: Subject) -> Callable[[Role | str], Open]:
    """Opens pages of measures as the member of a role."""

    def member(role: Role | str) -> Open:
        client = client_of(subject.organization.user(role))

        def open_page(path: str) -> Page:
            page = visit(client)
            page.goto(f"/o/{subject.organization.slug}/measures/{path}")
            page.wait_for_load_state("networkidle")
            return page

        return open_page

    return member


@pytest.mark.parametrize("path", ["", "all/", "propose/", "measure"])
def test_a_page_never_runs_sideways_and_axe_finds_nothing(subject, opened_by, path):
    page = opened_by("owner")(place(subject) if path == "measure" else path)

    for width in WIDTHS:
        assert (width, beyond(page, width), findings(page)) == (width, 0, [])


def test_a_form_opens_in_a_dialog_says_there_what_is_wrong_and_goes_when_it_is_done(
    subject, opened_by
):
    page = opened_by("owner")(place(subject))
    dialog = page.locator("#dialog-milestones")

    page.get_by_role("link", name="Add a milestone").click()
    dialog.locator("[name=plan_end]").fill("2026-10-01")
    dialog.get_by_role("button", name="Add").click()
    dialog.get_by_text("This field is required.").wait_for()
    found = findings(page)
    dialog.locator("[name=name]").fill("Carriers chosen")
    dialog.get_by_role("button", name="Add").click()
    dialog.get_by_text("has a milestone named").wait_for()
    dialog.locator("[name=name]").fill("Savings booked")
    dialog.get_by_role("button", name="Add").click()
    page.locator("#milestones").get_by_role("rowheader", name="Savings booked").wait_for()

    assert found == []
    assert page.locator("dialog[open]").count() == 0
    assert page.locator("#notices").inner_text() == "The milestone is added."
    assert page.evaluate("document.activeElement.id") == "milestones-heading"


def test_two_people_at_one_grid_see_both_values_and_lose_nothing(subject, opened_by):
    name = f"[name='{cell(subject, Series.FORECAST, 8)}']"
    owner = opened_by("owner")(place(subject))
    lead = opened_by("lead")(place(subject))

    lead.locator(name).fill("9,600")
    lead.get_by_role("button", name="Save", exact=True).click()
    lead.locator("#notices").get_by_text("The figures are saved.").wait_for()
    owner.locator(name).fill("7,000")
    owner.get_by_role("button", name="Save", exact=True).click()
    owner.get_by_text("Somebody else has saved since you opened the grid.").wait_for()
    both = owner.locator("#value tbody tr", has_text="forecast Aug 2026").first.inner_text()
    found = findings(owner)
    owner.get_by_role("button", name="Save", exact=True).click()
    owner.locator("#notices").get_by_text("The figures are saved.").wait_for()

    assert both.split("\t") == ["Freight, forecast Aug 2026", "7,000", "9,600"]
    assert found == []
    assert subject.row(Series.FORECAST)[7] == 700000


def test_a_block_from_a_spreadsheet_is_pasted_over_months_and_saved_only_by_saving(
    subject, opened_by
):
    page = opened_by("owner")(place(subject))

    page.locator(f"[name='{cell(subject, Series.FORECAST, 8)}']").focus()
    page.evaluate(PASTE, "8,100.50\t8,200\t8,300")
    page.locator("[data-grid-status]", has_text="Pasted, not saved yet; cells: 3").wait_for()
    unsaved = subject.row(Series.FORECAST)[7:10]
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("#notices").get_by_text("The figures are saved.").wait_for()

    assert unsaved != subject.row(Series.FORECAST)[7:10]
    assert subject.row(Series.FORECAST)[7:10] == (810050, 820000, 830000)


def test_cells_typed_and_not_saved_outlive_another_act(subject, opened_by):
    name = f"[name='{cell(subject, Series.FORECAST, 10)}']"
    page = opened_by("owner")(place(subject))

    page.locator(name).fill("6,000")
    page.get_by_role("button", name="No change").click()
    page.locator("#notices").get_by_text("The forecast is confirmed").wait_for()
    page.locator("[data-grid-status]", has_text="not saved yet: 1").wait_for()

    assert page.locator(name).input_value() == "6,000"


def test_the_form_of_a_claim_follows_the_month_chosen(subject, opened_by, clock_at):
    subject.save(Series.FORECAST, {8: 8500, 9: 8600})
    clock_at(2026, 9, 2, 9)
    page = opened_by("owner")(place(subject))

    page.locator("#value a", has_text="Claim a month").click()
    page.locator("#dialog-value [name=month]").wait_for()
    page.locator("#dialog-value [name=month]").select_option("2026-9")
    expect(page.locator("#dialog-value [name=amount]")).to_have_value("8,600")
    page.locator("#dialog-value").get_by_role("button", name="Claim", exact=True).click()
    page.locator("#notices").get_by_text("The month is claimed").wait_for()

    assert page.locator("#value").get_by_text("Waits for approval").count() == 2


def test_choosing_another_month_takes_nothing_away_that_was_typed(subject, opened_by, clock_at):
    subject.save(Series.FORECAST, {8: 8500, 9: 8600})
    clock_at(2026, 9, 2, 9)
    page = opened_by("owner")(place(subject))
    held: list[Route] = []
    page.locator("#value a", has_text="Claim a month").click()
    form = page.locator("#dialog-value")
    form.locator("[name=note]").fill("Rates fell in August.")
    page.route("**/claims/add/?*", lambda route: held.append(route))  # noqa: PLW0108 -- it marks what it calls

    form.locator("[name=month]").select_option("2026-9")

    expect(form.locator("[name=amount]")).to_be_disabled()
    expect(form.get_by_role("button", name="Claim", exact=True)).to_be_disabled()
    held.pop().continue_()
    expect(form.locator("[name=amount]")).to_have_value("8,600")
    expect(form.locator("[name=amount]")).to_be_enabled()
    expect(form.locator("[name=note]")).to_have_value("Rates fell in August.")
    expect(form.get_by_role("button", name="Claim", exact=True)).to_be_enabled()


def test_what_is_being_typed_for_the_gate_outlives_another_act(subject, opened_by):
    page = opened_by("owner")(place(subject))
    note = page.locator("#gate-body textarea").first

    note.fill("The carriers are chosen.")
    with page.expect_response("**/gate/"):
        page.get_by_role("button", name="No change").click()
    with page.expect_response("**/head/"):
        page.locator("#notices").get_by_text("The forecast is confirmed").wait_for()

    expect(note).to_have_value("The carriers are chosen.")
