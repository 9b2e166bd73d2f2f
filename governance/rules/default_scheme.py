"""The gate scheme every organization begins with: version 1, from domain-rules §2 and §3.

The database writes the same document when an organization is founded; a test holds them equal.
Amounts and days marked "ours" there are the limits here.
"""

from governance.rules import schemes
from governance.rules.schemes import Document

# domain-rules §3, ours: from this size on the steering committee decides as well.
STEERING = {"run_rate": "500000", "one_time": "250000", "quorum": 2}
# domain-rules §3, ours: smaller measures pass the first two gates together.
SMALL = {"below": "50000"}


def _gate(
    stage: int, deciders: dict[str, str], criteria: tuple[str, ...], **more: object
) -> Document:
    return {
        "stage": stage,
        "step": 0,
        "submitters": ["owner", "lead"],
        "deciders": [{"role": role, "subject": subject} for role, subject in deciders.items()],
        "criteria": [{"code": code, "parameters": {}} for code in criteria],
        "evidence": [],
        "due_days": 10,
        "steering": None,
        "fast_track": None,
        **more,
    }


DOCUMENT: Document = {
    "stages": [
        {"role": role, "label": label, "steps": []}
        for role, label in (
            ("idea", "Defined"),
            ("sized", "Identified"),
            ("planned", "Detailed"),
            ("committed", "Decided"),
            ("delivering", "Implemented"),
            ("confirmed", "Closed"),
        )
    ],
    "gates": [
        _gate(1, {"lead": "the measure is worth planning"}, ("size", "kind"), fast_track=SMALL),
        _gate(
            2,
            {"lead": "the plan is complete", "controller": "baseline and method only"},
            ("plan", "baseline", "milestones"),
        ),
        # Judged once more, because the plan may have been edited since and is now frozen.
        _gate(
            3,
            {"sponsor": "the commitment", "controller": "the figures that are frozen"},
            ("plan", "baseline", "milestones"),
            steering=STEERING,
        ),
        _gate(4, {"sponsor": "the work is handed over"}, ("milestones_done",)),
        _gate(5, {"controller": "exactly the figures approved now"}, ()),
    ],
}
DEFAULT = schemes.read(DOCUMENT, version=1)
