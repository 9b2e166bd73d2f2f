"""The value grid in a real browser: keys, totals, locked cells, and what is not a number."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.pages.browser_answers import ADDRESS, answer

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.route("**/*", answer)
    yield page
    context.close()


@pytest.fixture
def grid(opened: Page) -> Page:
    opened.goto(f"{ADDRESS}/grid")
    opened.locator("[name='cell-7-forecast-2026-7']").focus()
    return opened


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.name")


def forecast_total(page: Page) -> str:
    return page.locator("tr[data-series='forecast'] output").inner_text()


def status(page: Page) -> str:
    return page.locator("[data-grid-status]").inner_text()


@pytest.mark.parametrize(
    ("key", "cell"),
    [
        ("ArrowRight", "cell-7-forecast-2026-8"),
        ("ArrowLeft", "cell-7-forecast-2026-6"),
        ("ArrowUp", "cell-7-plan-2026-7"),
        ("ArrowDown", "cell-7-actual-2026-7"),
        ("Enter", "cell-7-actual-2026-7"),
        ("Shift+Enter", "cell-7-plan-2026-7"),
        ("Tab", "cell-7-forecast-2026-8"),
        ("Home", "cell-7-forecast-2026-1"),
        ("End", "cell-7-forecast-2026-12"),
    ],
)
def test_keys_move_between_cells(grid, key, cell):
    grid.keyboard.press(key)

    assert focused(grid) == cell


def test_typing_replaces_the_cell_and_the_total_follows(grid):
    grid.keyboard.type("90,000")

    assert forecast_total(grid) == "705,000"
    assert status(grid) == "Cells changed and not saved yet: 1"


def test_while_editing_arrows_move_the_caret_and_not_the_cell(grid):
    grid.keyboard.press("F2")

    grid.keyboard.press("ArrowLeft")

    assert focused(grid) == "cell-7-forecast-2026-7"


def test_escape_takes_back_the_edit(grid):
    grid.keyboard.type("1")

    grid.keyboard.press("Escape")

    assert grid.locator("[name='cell-7-forecast-2026-7']").input_value() == "110,000"
    assert forecast_total(grid) == "725,000"


def test_control_z_takes_back_the_last_change(grid):
    grid.keyboard.type("1")
    grid.keyboard.press("Enter")

    grid.keyboard.press("Control+z")

    assert focused(grid) == "cell-7-forecast-2026-7"
    assert forecast_total(grid) == "725,000"


def test_a_locked_cell_cannot_be_typed_in_and_says_why(grid):
    grid.keyboard.press("ArrowUp")

    grid.keyboard.type("5")

    assert grid.locator("[name='cell-7-plan-2026-7']").input_value() == "150,000"
    assert status(grid) == "Frozen at Decided on 11 December 2025."


@pytest.mark.parametrize("typed", ["1.000.000", "12,34", "1e5", "abc", "1.5", "EUR 5"])
def test_what_is_not_a_number_as_declared_is_marked_and_not_added(grid, typed):
    grid.keyboard.type(typed)

    cell = grid.locator("[name='cell-7-forecast-2026-7']")
    assert cell.get_attribute("aria-invalid") == "true"
    assert forecast_total(grid) == "–"
    assert "This is not a number as declared here" in status(grid)


def test_a_cell_emptied_is_not_given_and_not_an_error(grid):
    grid.keyboard.press("Delete")

    cell = grid.locator("[name='cell-7-forecast-2026-7']")
    assert cell.get_attribute("aria-invalid") is None
    assert forecast_total(grid) == "615,000"


def test_undo_all_brings_back_what_was_there(grid):
    grid.keyboard.type("1")

    grid.get_by_role("button", name="Undo all").click()

    grid.wait_for_function("!document.querySelector('[data-dirty]')")
    assert forecast_total(grid) == "725,000"
    assert status(grid) == ""


def test_numbers_of_seventeen_digits_are_added_without_loss(grid):
    grid.keyboard.type("90071992547409931")

    assert forecast_total(grid) == "90,071,992,548,024,931"


def paste(page: Page, text: str) -> None:
    """Paste a text into the cell that has the focus, as the browser does from the clipboard."""
    page.evaluate(
        """text => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          const paste = { clipboardData, bubbles: true, cancelable: true };
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
        }""",
        text,
    )


def value(page: Page, month: int, series: str = "forecast") -> str:
    return page.locator(f"[name='cell-7-{series}-2026-{month}']").input_value()


def test_a_block_fills_to_the_right_and_down_names_what_is_locked_and_is_undone_at_once(grid):
    actual = value(grid, 7, "actual")

    paste(grid, "90,000\t(5)\tEUR 7\r\n1\t\t2\r\n")
    filled = [value(grid, month) for month in (7, 8, 9)]
    said = status(grid)
    grid.keyboard.press("Control+z")

    assert filled == ["90,000", "-5", "7"]
    assert said.startswith("Pasted, not saved yet; cells: 3 · Not taken, as they are locked: ")
    assert value(grid, 7, "actual") == actual
    assert grid.locator("[data-dirty]").count() == 0
    assert forecast_total(grid) == "725,000"


def test_what_a_paste_brings_that_is_no_number_here_is_kept_marked_and_named(grid):
    grid.keyboard.press("End")

    paste(grid, '"1.234,56"\t9')

    cell = grid.locator("[name='cell-7-forecast-2026-12']")
    assert cell.get_attribute("aria-invalid") == "true"
    named = cell.get_attribute("aria-label")
    assert f"Not a number as declared here: {named}" in status(grid)
    assert "Left out, as they lie outside the grid: 1" in status(grid)
