"""What Halvern keeps to a few, asserted among the stories of the demo, which is loaded once."""

from config.demo import keeping
from core import tenancy
from hierarchy.models import Node
from measures.queries import measures

NAMES = {name for _, name, *_ in keeping.KEPT}


def test_three_confidential_measures_are_pooled_above_two_packages_and_read_by_one_more(halvern):
    actors = halvern.company.actors
    with halvern.reading():
        sight = tenancy.current().sight
        nodes = Node.objects.filter(level__lt=5).values_list("pk", "name")
        places = {
            name: (pk in sight.sums, sight.hidden_below(pk))
            for pk, name in nodes
            if sight.hidden_below(pk)
        }

    assert places == {
        "Halvern Group": (False, 3),
        "Operations": (False, 3),
        "Plant Productivity": (False, 3),
        "Footprint": (False, 3),
        "Shift models": (True, 2),
        "Wiring and harness": (True, 1),
    }
    assert found(actors[keeping.READER]) == NAMES
    assert found(actors["Agnes Keller"]) == found(actors["Claire Dumont"]) == set()


def found(actor):
    """Return which of them a member finds."""
    with tenancy.reading(actor):
        rows = measures.visible(actor).filter(node__name__in=NAMES)
        return set(rows.values_list("node__name", flat=True))
