"""What Halvern thinks better of, asserted among the stories of the demo, which is loaded once."""

from datetime import date

from config.demo import second_thoughts, stories_of_change, stories_of_value
from governance.models import Premise, PremiseVoid, RollBack, StagePassage
from governance.queries import proposals, rollbacks
from measures.rules.stage import Lifecycle, Stage


def test_monterrey_was_called_implemented_and_is_rolled_back_by_sponsor_and_controller(halvern):
    actors = halvern.company.actors
    with halvern.reading():
        measure = halvern.measure(stories_of_change.HARNESS)
        was = StagePassage.objects.get(measure=measure, stage=Stage.IMPLEMENTED)
        (row,) = rollbacks.of(actors[halvern.executive], measure).rows

    assert (measure.stage, measure.lifecycle) == (Stage.DECIDED, Lifecycle.ACTIVE)
    assert was.entered_on == stories_of_change.HARNESS_IMPLEMENTED
    assert (row.from_stage, row.to_stage, row.state) == (Stage.IMPLEMENTED, Stage.DECIDED, "done")
    assert (row.proposed_by, row.confirmed_by) == ("Jan Dvorak", "Marek Zielinski")


def test_another_roll_back_waits_for_the_controller(halvern):
    with halvern.reading():
        waiting = RollBack.objects.select_related("measure__node").get(state="open")

    assert waiting.measure.node.name == "Packaging supplier bundling"
    assert (waiting.from_stage, waiting.to_stage) == (Stage.DECIDED, Stage.DETAILED)


def test_a_premise_fell_before_its_measure_was_cancelled_and_another_is_due_on_friday(halvern):
    with halvern.reading():
        fell = PremiseVoid.objects.get()
        due = Premise.objects.get(measure=halvern.measure(stories_of_value.STEEL))
        ostrava = halvern.measure(stories_of_change.OSTRAVA)

    assert (fell.measure_id, ostrava.lifecycle) == (ostrava.pk, Lifecycle.CANCELLED)
    assert fell.declared_at.date() < stories_of_change.OSTRAVA_CANCELLED
    assert due.check_on == date(2026, 7, 10)


def test_a_change_of_the_rules_waits_for_the_other_administrator(halvern):
    with halvern.reading():
        draft = proposals.open_one()
        (decided,) = [each for each in draft.document["gates"] if each["stage"] == Stage.DECIDED]

    assert draft.proposed_by_id == halvern.company.member("Bruno Winkler")
    assert draft.effective_from == second_thoughts.RULES_FROM
    assert (decided["due_days"], draft.numbers) == (8, {"hold_days": "60"})
