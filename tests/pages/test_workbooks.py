"""Any table as an Excel file: what the page shows, exactly, every row of it, and nothing else."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse

from accounts import exact
from core import tenancy
from governance.services import gates
from hierarchy.models import Node
from measures.rules.stage import Stage
from tests import spreadsheet
from tests.factories.governance import a_measure
from tests.factories.organizations import an_organization
from tests.factories.portfolios import the_portfolio
from tests.pages.markup import read
from tests.pages.portfolio_pages import client_of, names_shown, page_of
from tests.pages.visitors import visitor


@pytest.fixture
def halvern(clock_at):
    return the_portfolio(clock_at)


def rows(answer, sheet=1):
    """Return the lines of a sheet as texts and numbers, empty cells left out."""
    found: dict[int, list[object]] = {}
    for name, cell in spreadsheet.cells(BytesIO(answer.content), sheet).items():
        found.setdefault(int(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), []).append(cell.value)
    return [found[number] for number in sorted(found)]


def children_of(answer):
    """Return the sheet of the children table of a dashboard, by the names in its first column."""
    number = spreadsheet.names(BytesIO(answer.content)).index("Portfolios, figures") + 1
    return {line[0]: line[1:] for line in rows(answer, number)}


def test_the_children_are_taken_out_filtered_and_ordered_as_shown_with_whole_amounts(halvern):
    organization = halvern.organization
    query = "?q=o&sort=-name"
    shown = names_shown(read(page_of(organization, organization.root, query)))

    answer = page_of(organization, organization.root, f"{query}&format=xlsx")

    found = children_of(answer)
    names = [name for name in found if name in shown]
    plan = list(found["Name"]).index("Plan, EUR")
    assert names == shown == ["Product and complexity", "Procurement", "Operations"]
    assert found["Narrowed to"][0].startswith("Search: o")
    assert found["By"] == [organization.actor("executive").name]
    assert {type(found[name][plan]) for name in shown} == {Decimal}
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{organization.slug}-')


def test_money_bears_its_currency_and_is_not_cut_to_the_scale_of_the_page(halvern):
    organization = halvern.organization
    answer = page_of(organization, organization.root, "?format=xlsx")

    names = spreadsheet.names(BytesIO(answer.content))
    cells = spreadsheet.cells(BytesIO(answer.content), names.index("Portfolios, figures") + 1)
    patterns = {each.pattern for each in cells.values() if "EUR" in each.pattern}
    assert patterns == {'#,##0.00 "EUR"'}


def test_more_rows_than_a_file_takes_are_refused_in_a_sentence(halvern, monkeypatch):
    monkeypatch.setattr(exact, "MOST_ROWS", 2)

    answer = page_of(halvern.organization, halvern.organization.root, "?format=xlsx")

    assert answer.status_code == 422
    assert "more than the 2 rows that one file takes" in read(answer).text


def test_every_page_of_a_list_is_taken_out(halvern, monkeypatch):
    monkeypatch.setattr("reporting.views.node.PAGE", 1)
    organization = halvern.organization

    shown = names_shown(read(page_of(organization, organization.root, "?page=2")))
    found = children_of(page_of(organization, organization.root, "?page=2&format=xlsx"))

    assert len(shown) == 1
    assert {"Operations", "Procurement", "Product and complexity"} <= found.keys()


def test_a_page_without_a_table_says_so(halvern):
    client = client_of(halvern.organization.user("executive"))

    answer = client.get(
        reverse("hierarchy:my_letters", kwargs={"slug": halvern.organization.slug}) + "?format=xlsx"
    )

    assert answer.status_code == 422
    assert "no table with rows here" in read(answer).text


def test_who_may_not_open_the_page_does_not_get_its_tables(halvern):
    organization = halvern.organization
    owner = client_of(organization.user("owner"))

    people = reverse("hierarchy:people", kwargs={"slug": organization.slug})
    page, file = owner.get(people), owner.get(f"{people}?format=xlsx")

    assert (page.status_code, file.status_code) == (403, 403)


def test_a_text_that_looks_like_a_formula_is_a_text(db):
    organization = an_organization()
    with tenancy.acting(organization.actor("administrator")):
        organization.add(organization.root, "Operations")
        Node.objects.filter(parent=organization.root, name="Operations").update(name="=1+1")

    answer = page_of(organization, organization.root, "?format=xlsx")

    number = spreadsheet.names(BytesIO(answer.content)).index("Portfolios, figures") + 1
    cells = spreadsheet.cells(BytesIO(answer.content), number).values()
    assert [each.formula for each in cells if each.value == "=1+1"] == [""]


def test_the_ledger_leaves_only_by_its_own_way_which_is_recorded(db):
    case = a_measure(Stage.IDENTIFIED)
    gates.request(actor=case.actor("owner"), measure_id=case.measure_id, note="Ready.")
    administrator = visitor(case.organization, "administrator")

    unrecorded = administrator.get("ledger/?format=xlsx")
    answer = administrator.post("ledger/table/", form="xlsx", text="")
    refused = visitor(case.organization, "owner").post("ledger/table/", form="xlsx")
    after = administrator.see("ledger/")

    assert (unrecorded.status_code, refused.status_code) == (403, 403)
    assert "taken out on its own page" in read(unrecorded).text
    assert ["Entry", "When (UTC)", "Act"] in [line[:3] for line in rows(answer)]
    assert "Ledger exported" in after.text
