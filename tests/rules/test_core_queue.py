"""A sweep over every organization: what fails in one is told, and keeps nobody else waiting."""

import pytest

from core import queue, tenancy


def test_a_fault_in_one_organization_keeps_no_other_from_its_turn(caplog):
    done = []

    def work(actor):
        if actor.organization_id == 2:
            raise ValueError("this ledger is broken")
        done.append(actor.organization_id)

    with pytest.raises(queue.SweepIncomplete, match="left out: organizations 2"):
        queue.sweep([tenancy.system(each) for each in (1, 2, 3)], work)

    assert done == [1, 3]
    assert "organization 2 is left out of this sweep" in caplog.text
    assert "this ledger is broken" in caplog.text


def test_a_sweep_that_does_all_says_nothing(caplog):
    queue.sweep([tenancy.system(1)], lambda actor: actor)

    assert caplog.text == ""
