"""The bridge: each measure's change has its causes, and they add up whatever happened."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules.stage import Lifecycle
from reporting.rules.bridge import Cause, Known, steps

NONE = (0,) * 12
NOTHING = (None,) * 12
PLANNED = (10,) * 12
KNOWN = Known(True, Lifecycle.ACTIVE, PLANNED, PLANNED, NOTHING, NONE)
HELD = replace(KNOWN, lifecycle=Lifecycle.ON_HOLD, outlook=(10,) * 6 + (0,) * 6)
LEFT_OUT = replace(KNOWN, outlook=(0, *PLANNED[1:]), missing=(10, *NONE[1:]))
PIPELINE = replace(KNOWN, plan=NONE, outlook=NONE)
maybe = st.tuples(*[st.none() | st.integers(-5, 5)] * 12)
months = st.tuples(*[st.integers(-5, 5)] * 12)
known = st.builds(Known, st.booleans(), st.sampled_from(Lifecycle), months, months, maybe, months)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, KNOWN, {Cause.NEW: 120}),
        (PIPELINE, KNOWN, {Cause.NEW: 120}),
        (replace(PIPELINE, is_below=False), KNOWN, {Cause.NEW: 120}),
        (replace(KNOWN, is_below=False), KNOWN, {Cause.MOVED_IN: 120}),
        (KNOWN, replace(KNOWN, is_below=False), {Cause.MOVED_OUT: -120}),
        (KNOWN, None, {Cause.MOVED_OUT: -120}),
        (KNOWN, HELD, {Cause.HELD: -60}),
        (HELD, KNOWN, {Cause.HELD: 60}),
        (HELD, replace(HELD, lifecycle=Lifecycle.CANCELLED, outlook=NONE), {Cause.CANCELLED: -60}),
        (KNOWN, replace(KNOWN, outlook=(*PLANNED[:-1], 7)), {Cause.FORECAST: -3}),
        (
            KNOWN,
            replace(KNOWN, plan=(12,) * 12, outlook=(8, *(12,) * 11), actual=(8, *NOTHING[1:])),
            {Cause.CONFIRMED: -2, Cause.RE_PLANNED: 22},
        ),
        (
            KNOWN,
            replace(KNOWN, outlook=(0, *PLANNED[1:]), actual=(0, *NOTHING[1:])),
            {Cause.CONFIRMED: -10},
        ),
        (KNOWN, LEFT_OUT, {Cause.UNCLAIMED: -10}),
        (LEFT_OUT, KNOWN, {Cause.UNCLAIMED: 10}),
        (LEFT_OUT, replace(LEFT_OUT, outlook=(0, 7, *PLANNED[2:])), {Cause.FORECAST: -3}),
        (KNOWN, KNOWN, {}),
        (None, None, {}),
    ],
)
def test_what_moved_has_its_cause(before, after, expected):
    assert steps(before, after) == expected


@given(st.none() | known, st.none() | known)
def test_the_causes_of_a_measure_add_up_to_its_change(before, after):
    was, now = (0 if each is None or not each.is_below else sum(each.outlook)
                for each in (before, after))  # fmt: skip

    assert sum(steps(before, after).values()) == now - was
