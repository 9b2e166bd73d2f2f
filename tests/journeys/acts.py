"""What each person does on the way from an idea to a confirmed closure, page by page."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from accounts.rules.roles import Role
from core import tenancy
from core.tenancy import Actor
from reporting.services import day, drain
from steering.services import clock
from tests.clock import ClockAt
from tests.journeys.steps import (
    Person,
    a_file,
    enter,
    the_password_was_given_an_hour_ago,
)

MEASURE = "Tender freight anew"
LINE = "Freight"
BRANCH = {
    "portfolio": "Operations",
    "program": "Logistics",
    "project": "Inbound freight",
    "package": "Carriers",
}
SEATS = {
    Role.EXECUTIVE: "Nordlicht AG",
    Role.LEAD: BRANCH["program"],
    Role.SPONSOR: BRANCH["portfolio"],
    Role.CONTROLLER: BRANCH["portfolio"],
    Role.OWNER: BRANCH["package"],
}
MONTHS = ("Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PLAN = {f"{month} 2026": "10,000" for month in MONTHS}
ADMINISTRATION = {
    "profile": "structure/profile",
    "numbers": "structure/numbers",
    "number": "structure/number?key=proof_months",
    "tokens": "structure/tokens",
    "imports": "imports/",
}
# What each command says of an organization in which nothing is wrong.
CHECKS = {
    "verify_ledger": ": sound",
    "check_tree": "no faults",
    "check_rollups": "every cell equals the recompute",
}
CONFIRMED = ".figure:has(.figure__key--confirmed) .figure__value"


@dataclass(frozen=True, slots=True)
class Company:
    """The organization of the journey and its people by role, each at a browser."""

    slug: str
    founder: Actor
    people: dict[Role, Person]

    def of(self, role: Role | str) -> Person:
        """Return the person who holds a role."""
        return self.people[Role(role)]


def build_the_tree(ada: Person) -> None:
    """Add one node of each level in the overview of the structure; an empty one stands open."""
    ada.open("structure/")
    for level, name in BRANCH.items():
        adder = ada.page.locator(".tree__adder", has_text=f"Add a {level}")
        adder.locator("summary").click()
        adder.get_by_label(f"New {level}").fill(name)
        ada.press("Add", adder)
        ada.page.locator(".tree__name", has_text=name).click()
    ada.look("administration-structure")


def welcome_everybody(ada: Person, at_a_browser: Callable[..., Person]) -> dict[Role, Person]:
    """Add the people, hand each the password shown once, and give each a seat."""
    the_password_was_given_an_hour_ago(ada)
    people = {role: _add(ada, role, at_a_browser) for role in SEATS}
    for role, node in SEATS.items():
        ada.open("structure/")
        _open_node(ada, node)
        form = ada.page.locator("form[action$='/structure/appoint']")
        person = people[role]
        enter(form, member=f"{person.name} ({person.email})", role=role.value.capitalize())
        ada.press("Appoint", form)
        ada.page.get_by_role("button", name=f"Relieve {person.name} as {role}").wait_for()
        ada.look("administration-node")
    for person in people.values():
        person.sign_in()
    return people


def _add(ada: Person, role: Role, at_a_browser: Callable[..., Person]) -> Person:
    name, email = f"{role.value.capitalize()} Berg", f"{role.value}@{ada.slug}.example"
    ada.open("structure/people")
    enter(ada.page.locator("form.panel"), name=name, email=email)
    ada.press("Add")
    if "reauthenticate" in ada.page.url:
        ada.give_password()
        ada.page.wait_for_url("**/structure/people")
        enter(ada.page.locator("form.panel"), name=name, email=email)
        ada.press("Add")
    password = ada.page.locator("code.secret").inner_text()
    ada.look("administration-people")
    return at_a_browser(ada.slug, name, email, password)


def _open_node(ada: Person, name: str) -> None:
    """Open nodes in the overview until the one wanted can be followed."""
    for each in BRANCH.values():
        link = ada.page.get_by_role("link", name=f"Open {name}", exact=True)
        row = ada.page.locator(".tree__name", has_text=each)
        ada.page.locator(".tree__name", has_text=re.compile(f"^({name}|{each})$")).first.wait_for()
        if link.count():
            break
        if not row.locator("xpath=ancestor::details[1]").first.evaluate("each => each.open"):
            row.click()
    ada.follow(f"Open {name}")
    ada.page.get_by_role("heading", level=1, name=name).wait_for()


def propose(owner: Person) -> None:
    """Propose the measure from my work."""
    owner.open("measures/")
    owner.look("my-work-empty")
    owner.follow("Propose a measure")
    owner.look("propose")
    form = owner.page.locator("form.panel")
    assert BRANCH["package"] in form.locator("[name=package_id] option:checked").inner_text()
    enter(
        form,
        name=MEASURE,
        description="Inbound lanes are tendered anew among five carriers.",
        effect_type="Hard: a budgeted P&L line falls or income rises",
        size="120,000",
    )
    owner.press("Propose")
    owner.page.get_by_role("heading", level=1, name=MEASURE).wait_for()
    owner.look("measure-defined")


def open_measure(person: Person) -> None:
    """Open the measure from the list of all."""
    person.open("measures/all/")
    person.look("measures-all")
    person.follow(MEASURE)
    person.page.get_by_role("heading", level=1, name=MEASURE).wait_for()
    person.page.locator("#gate-body #next-gate").wait_for()


def name_people(company: Company) -> None:
    """The lead names owner, sponsor and controller."""
    lead = company.of("lead")
    open_measure(lead)
    lead.fill_in(
        "Name the people",
        "Save",
        **{f"{role}_id": company.of(role).name for role in ("owner", "sponsor", "controller")},
    )
    lead.is_told("The people are named.")


def plan(owner: Person) -> None:
    """Prove the baseline, add the line, fill plan and baseline into the grid, add a milestone."""
    open_measure(owner)
    owner.fill_in(
        "Attach a file",
        "Attach",
        title="Freight spend 2025",
        kind="Baseline",
        file=a_file("freight-2025.txt", "Freight spend in 2025 by month, from the ledger."),
    )
    owner.is_told("The file is attached.")
    owner.fill_in(
        "Add the first line",
        "Add",
        name=LINE,
        full_effect_on="2026-02-01",
        baseline_evidence_id="Freight spend 2025",
    )
    owner.is_told("The line is added.")
    owner.type_months(f"{LINE}, Baseline", PLAN)
    owner.type_months(f"{LINE}, Plan", PLAN)
    owner.save_grid()
    add_milestone(owner, "Carriers chosen", "2026-03-06", "Add the first milestone")
    owner.look("measure-planned")


def add_milestone(owner: Person, name: str, plan_end: str, opener: str = "Add a milestone") -> None:
    """Add a mandatory milestone of the owner's own."""
    open_measure(owner)
    owner.fill_in(opener, "Add", name=name, plan_end=plan_end, owner_id=owner.name)
    owner.is_told("The milestone is added.")


def request_gate(owner: Person, gate: str) -> None:
    """Request the next gate from the measure's page."""
    open_measure(owner)
    owner.press(f"Request {gate}")
    owner.page.wait_for_url("**/governance/gates/*/")
    owner.is_told("The gate is requested; its voters see it.")


def pass_gate(company: Company, gate: str, voters: tuple[str, ...]) -> None:
    """The owner requests a gate, and its voters vote from the gate desk."""
    owner = company.of("owner")
    request_gate(owner, gate)
    owner.look("request-as-requester")
    for role in voters:
        voter = company.of(role)
        voter.open("governance/gates/")
        voter.look("gate-desk")
        voter.follow(f"Vote: {MEASURE}")
        voter.look("request-as-voter")
        enter(voter.page.locator("main"), choice="Advance")
        voter.press("Record my vote")
        voter.is_told("Your vote is recorded.")
    owner.page.reload()
    owner.page.get_by_text("This request is settled.").wait_for()
    open_measure(owner)
    owner.page.locator(".eyebrow", has_text=gate).first.wait_for()


def time_passes(company: Company, clock_at: ClockAt, *moment: int) -> None:
    """Go to a later day; what the clock does within the quarter of an hour is done at once."""
    clock_at(*moment)
    actor = tenancy.system(company.founder.organization_id)
    day.turn(actor=actor)
    drain.drain_all(actor=actor)
    clock.run(actor=actor)


def forecast(owner: Person) -> None:
    """Say in the grid what May will bring, and that the milestones stand as recorded."""
    open_measure(owner)
    owner.type_months(f"{LINE}, Forecast", {"May 2026": "11,000"})
    owner.save_grid()
    owner.press("Status as recorded")
    owner.is_told("The status is confirmed as recorded.")
    owner.look("measure-decided")


def confirm_as_it_is(owner: Person) -> None:
    """Confirm forecast and milestones, one click each."""
    open_measure(owner)
    owner.press("No change")
    owner.is_told("The forecast is confirmed: no change.")
    owner.press("Status as recorded")
    owner.is_told("The status is confirmed as recorded.")


def refused(owner: Person, gate: str) -> list[str]:
    """Request a gate whose criteria are not met; returns what is named as missing."""
    open_measure(owner)
    owner.press(f"Request {gate}")
    missing = owner.page.locator("#notices .missing a")
    missing.first.wait_for()
    owner.look(f"refused-{gate.lower()}")
    return [each.strip() for each in missing.all_inner_texts()]


def complete_milestone(owner: Person, name: str) -> None:
    """Attach the proof of a milestone and complete it with it."""
    open_measure(owner)
    proof = f"Minutes on: {name}"
    owner.fill_in(
        "Attach a file",
        "Attach",
        title=proof,
        kind="Completion of a milestone",
        file=a_file("minutes.txt", f"{name}: agreed by all."),
    )
    owner.is_told("The file is attached.")
    owner.fill_in(f"Complete: {name}", "Complete it today", evidence_id=proof)
    owner.is_told("The milestone is completed today.")


def claim(owner: Person, month: str, amount: str) -> None:
    """Claim what a month brought."""
    open_measure(owner)
    owner.fill_in(f"Claim a month: {LINE}", "Claim", month=month, amount=amount)
    owner.is_told("The month is claimed; the controller decides.")
    owner.look("measure-claimed")


def prove_the_line(owner: Person) -> None:
    """Attach the extract that proves the line, and say what became of its budget."""
    open_measure(owner)
    owner.fill_in(
        "Attach a file",
        "Attach",
        title="Cost centre 4711",
        kind="Ledger extract",
        file=a_file("extract.txt", "Freight of February to April."),
    )
    owner.is_told("The file is attached.")
    owner.follow("See the proof of the value")
    owner.fill_in(
        f"State: {LINE}",
        "State",
        evidence_id="Cost centre 4711 (Ledger extract)",
        budget="Budget reduced",
        budget_note="Voucher BC-17, 10,000 a month.",
    )
    owner.is_told("It is stated.")
    owner.look("closing-stated")


def approve_everything(controller: Person) -> None:
    """Approve on the desk all that waits."""
    controller.open("governance/approvals/")
    controller.look("approval-desk")
    for each in controller.page.locator("[name=claim]").all():
        each.check()
    controller.press("Approve the ticked claims")
    controller.is_told("approved.")
    controller.page.get_by_text("No claim waits for your confirmation.").wait_for()
