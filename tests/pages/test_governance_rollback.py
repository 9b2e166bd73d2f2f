"""The pages of a roll-back: offered to two, proposed by one, confirmed by the other."""

import pytest

from core import tenancy
from measures.rules.stage import Stage
from reporting import letters
from tests.factories.governance import a_measure
from tests.factories.rollbacks import WHY, proposed
from tests.pages.visitors import place_of, visitor


@pytest.fixture
def case(db):
    return a_measure(Stage.DECIDED)


def at(case, step=""):
    return f"measures/{place_of(case)}/{step}"


def gate_of(case, role):
    return visitor(case.organization, role).see(at(case, "gate/"), is_fragment=True).text


def test_sponsor_and_controller_roll_a_stage_back_together(case):
    sponsor, controller = (visitor(case.organization, role) for role in ("sponsor", "controller"))
    form = sponsor.see(at(case, "roll-back/"))

    first = sponsor.post(at(case, "roll-back/"), to_stage=Stage.DETAILED, reason=WHY)
    alone = sponsor.post(at(case, "roll-back/confirm/"))
    desk = controller.see("gates/").text
    asked = controller.see(at(case, "roll-back/confirm/"))
    second = controller.post(at(case, "roll-back/confirm/"))

    assert "Detailed" in form.text
    assert (first.status_code, alone.status_code, second.status_code) == (303, 403, 303)
    assert "Roll-backs that wait for you" in desk
    assert WHY in asked.text
    assert "Roll back to Detailed" in asked.text
    assert case.measure().stage == Stage.DETAILED
    assert "planned anew" in gate_of(case, "owner")
    told = sponsor.see(at(case, "decisions/"), is_fragment=True).text
    assert "Rolled back from Decided to Detailed" in told
    assert "proposed by Sponsor Person, confirmed by Controller Person" in told


def test_the_page_says_what_waits_and_for_whom(case):
    proposed(case)

    seen = {role: gate_of(case, role) for role in ("owner", "sponsor", "controller")}

    assert all(f"{WHY} It waits for Controller Person" in text for text in seen.values())
    assert {role: "Confirm the roll-back" in text for role, text in seen.items()} == {
        "owner": False,
        "sponsor": False,
        "controller": True,
    }


def test_the_desk_lists_it_only_for_who_confirms(case):
    proposed(case)

    listed = {
        role: "Roll-backs that wait for you" in visitor(case.organization, role).see("gates/").text
        for role in ("sponsor", "controller", "lead", "executive")
    }

    assert listed == {"sponsor": False, "controller": True, "lead": False, "executive": False}


def test_the_letter_of_what_is_due_names_it_to_who_confirms(case):
    proposed(case)
    found = {}
    for role in ("sponsor", "controller"):
        with tenancy.reading(case.actor(role)):
            section = letters.rolled_back(case.actor(role), case.organization.slug)
            found[role] = None if section is None else [each.text for each in section.links]

    name = case.measure().node.name
    assert found == {"sponsor": None, "controller": [f"{name}: proposed by Sponsor Person"]}


@pytest.mark.parametrize("role", ["owner", "lead", "executive", "administrator"])
def test_nobody_else_is_offered_or_allowed_it(case, role):
    member = visitor(case.organization, role)

    assert "roll back" not in gate_of(case, role)
    assert member.get(at(case, "roll-back/")).status_code == 403
    assert member.post(at(case, "roll-back/"), to_stage=2, reason="So.").status_code == 403


def test_a_wrong_stage_or_no_reason_stays_in_the_form(case):
    sponsor = visitor(case.organization, "sponsor")

    answers = [
        sponsor.post(at(case, "roll-back/"), to_stage=3, reason="So."),
        sponsor.post(at(case, "roll-back/"), to_stage=2, reason=""),
    ]

    assert [each.status_code for each in answers] == [422, 422]
    assert case.measure().stage == Stage.DECIDED


def test_either_withdraws_what_waits(case):
    proposed(case)
    controller = visitor(case.organization, "controller")

    answer = controller.post(at(case, "roll-back/withdraw/"), reason="Not needed.")

    assert answer.status_code == 303
    assert controller.get(at(case, "roll-back/confirm/")).status_code == 409


@pytest.mark.parametrize("step", ["roll-back/", "roll-back/confirm/"])
def test_each_act_asks_for_a_password_given_lately(case, step):
    proposed(case)

    answer = visitor(case.organization, "controller", fresh=False).post(
        at(case, step), to_stage=2, reason="So."
    )

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert case.measure().stage == Stage.DECIDED
