"""Dependencies: one measure waits for another, whose side accepts it; never in a circle."""

from django.db import connection

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotFound, StaleVersion
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.errors import DependencyCycle, DependencyTaken
from measures.events import DependencyAccepted, DependencyProposed, DependencyRemoved
from measures.models import Dependency, Measure
from measures.queries import measures
from measures.services import lock

LONGEST_WHAT = 200
UNSEEN = "a measure you do not see"

# From the measure that is needed, along what each one waits for, back to the one that would wait.
_CHAIN = """
WITH RECURSIVE chain (id, path) AS (
  SELECT %(needs)s::bigint, ARRAY[%(needs)s::bigint]
  UNION ALL
  SELECT d.needs_id, c.path || d.needs_id FROM measures_dependency d JOIN chain c
      ON d.measure_id = c.id
   WHERE d.organization_id = %(organization)s AND d.removed_at IS NULL
     AND NOT d.needs_id = ANY(c.path)
)
SELECT path FROM chain WHERE id = %(measure)s ORDER BY cardinality(path) LIMIT 1
"""


@tenancy.act
def propose(
    *, actor: Actor, measure_id: int, needs_id: int, what: str, is_blocking: bool = True
) -> Dependency:
    """Say that a measure waits for another, which its side then accepts.

    Raises NotFound (also where the other measure is not visible), NotAllowed, MeasureEnded,
    Invalid, DependencyTaken, DependencyCycle.
    """
    tenancy.lock_organization("dependencies")  # two halves of a circle cannot pass each other
    measure = lock.measure(actor, measure_id, Permission.UPDATE_MILESTONE)
    needs = measures.by_id(needs_id)
    authority.ensure(actor, Permission.VIEW, needs.node, measures.named(needs))
    text = what.strip()
    if not text or len(text) > LONGEST_WHAT:
        raise Invalid(field="what", problem=f"enter 1 to {LONGEST_WHAT} characters.")
    taken = Dependency.objects.filter(measure=measure, needs=needs, removed_at__isnull=True)
    if taken.exists():
        raise DependencyTaken(measure=measure.node.name, needs=needs.node.name)
    _refuse_circle(actor, measure, needs)
    dependency: Dependency = Dependency.objects.create(
        measure=measure,
        needs=needs,
        what=text,
        is_blocking=is_blocking,
        proposed_by_id=actor.member_id,
    )
    audit.record(
        DependencyProposed(subject_id=measure.pk, dependency_id=dependency.pk, needs_id=needs.pk)
    )
    return dependency


@tenancy.act
def accept(*, actor: Actor, dependency_id: int, version: int) -> Dependency:
    """Accept, for the measure that is needed, that another waits for it.

    Raises NotFound, NotAllowed (for who has no say in the needed measure), StaleVersion, Invalid.
    """
    tenancy.lock_organization("dependencies")
    dependency = _open(actor, dependency_id, version)
    needs = dependency.needs
    authority.ensure(actor, Permission.UPDATE_MILESTONE, needs.node, measures.named(needs))
    if dependency.accepted_at is not None:
        raise Invalid(field="dependency", problem="has been accepted already.")
    dependency.accepted_by_id = actor.member_id
    dependency.accepted_at = tenancy.current().now
    dependency.version += 1
    dependency.save(update_fields=["accepted_by_id", "accepted_at", "version"])
    audit.record(
        DependencyAccepted(
            subject_id=dependency.measure_id, dependency_id=dependency.pk, needs_id=needs.pk
        )
    )
    return dependency


@tenancy.act
def remove(*, actor: Actor, dependency_id: int, version: int) -> None:
    """End a dependency, from the side that waits or, before it accepts, from the side needed.

    Raises NotFound, NotAllowed, StaleVersion.
    """
    tenancy.lock_organization("dependencies")
    dependency = _open(actor, dependency_id, version)
    measure, needs = dependency.measure, dependency.needs
    permission = Permission.UPDATE_MILESTONE
    is_declined = dependency.accepted_at is None and authority.may(
        actor, permission, needs.node, measures.named(needs)
    )
    if not is_declined:
        authority.ensure(actor, permission, measure.node, measures.named(measure))
    dependency.removed_at = tenancy.current().now
    dependency.version += 1
    dependency.save(update_fields=["removed_at", "version"])
    audit.record(
        DependencyRemoved(subject_id=measure.pk, dependency_id=dependency.pk, needs_id=needs.pk)
    )


def _open(actor: Actor, dependency_id: int, version: int) -> Dependency:
    found = (
        Dependency.objects.select_related("measure__node", "needs__node")
        .filter(pk=dependency_id, removed_at__isnull=True)
        .first()
    )
    if found is None or not _is_seen(actor, found):
        raise NotFound(what="dependency")
    if found.version != version:
        raise StaleVersion(what=found.what)
    return found


def _is_seen(actor: Actor, dependency: Dependency) -> bool:
    """Tell whether the actor may look at either side; else even its version says too much."""
    return any(
        authority.may(actor, Permission.VIEW, side.node, measures.named(side))
        for side in (dependency.measure, dependency.needs)
    )


def _refuse_circle(actor: Actor, measure: Measure, needs: Measure) -> None:
    if measure.pk == needs.pk:
        raise DependencyCycle(chain=f"{measure.node.name} waits for itself")
    values = {
        "needs": needs.pk,
        "measure": measure.pk,
        "organization": tenancy.current_organization_id(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, values)
        row = cursor.fetchone()
    if row is None:
        return
    path: list[int] = row[0]
    # What the actor may not look at is part of the circle, but not named.
    rows = measures.visible(actor).filter(pk__in=path).values_list("pk", "node__name")
    names = dict(rows)
    chain = " waits for ".join(names.get(each, UNSEEN) for each in [measure.pk, *path])
    raise DependencyCycle(chain=chain)
