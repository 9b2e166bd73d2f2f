"""Stages: the order of CAT4 and the roles code binds to."""

from measures.rules.stage import Lifecycle, Stage, StageRole


def test_the_six_stages_carry_the_six_roles_in_order():
    assert [stage.role for stage in sorted(Stage)] == list(StageRole)


def test_hold_and_cancel_are_lifecycles_and_never_stages():
    assert [state.value for state in Lifecycle] == ["active", "on_hold", "cancelled", "closed"]
    assert [stage.name for stage in Stage] == [
        "DEFINED",
        "IDENTIFIED",
        "DETAILED",
        "DECIDED",
        "IMPLEMENTED",
        "CLOSED",
    ]
