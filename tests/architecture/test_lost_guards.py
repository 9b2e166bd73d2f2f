"""A later migration that writes a function anew takes no refusal out of it unseen.

Two branches that replace the same function from the same older body merge without a conflict, and
the second to run wins: what the first one guarded would be gone, and nothing would say so.
"""

import re
from collections import defaultdict

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL

MADE = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)\s*\(.*?AS \$\$(.*?)\$\$", re.DOTALL)
CODE = re.compile(r"DETAIL = '(\w+)'")

# What was taken out of a function on purpose, and the function that refuses it now.
MOVED = {
    ("assay_guard_lifecycle", "hold_has_an_end"): "assay_refuse_hold",
    ("assay_guard_stage", "stage_needs_a_decision"): "assay_refuse_stage",
    ("assay_guard_vote", "no_deputy"): "assay_refuse_unfit_deputy",
    ("assay_guard_vote", "not_a_decider"): "assay_refuse_no_decider",
}


def _plan(graph):
    return dict.fromkeys(key for leaf in graph.leaf_nodes() for key in graph.forwards_plan(leaf))


def _bodies():
    graph = MigrationLoader(None).graph
    made = defaultdict(list)
    for key in _plan(graph):
        for step in graph.nodes[key].operations:
            if isinstance(step, RunSQL):
                for name, body in MADE.findall(step.sql):
                    made[name].append(body)
    return made


def test_no_refusal_is_lost_when_a_function_is_written_anew():
    bodies = _bodies()
    lost = {
        (name, code)
        for name, versions in bodies.items()
        for body in versions
        for code in set(CODE.findall(body)) - set(CODE.findall(versions[-1]))
    }

    assert len(bodies) > 100
    assert lost == set(MOVED), "take the newest body of a function, or say in MOVED who refuses it"
    for (_, code), now in MOVED.items():
        assert code in CODE.findall(bodies[now][-1])
