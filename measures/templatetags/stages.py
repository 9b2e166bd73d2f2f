"""What the organization calls a stage, for sentences of templates that name one."""

from django import template

from measures.queries import stages
from measures.rules.stage import Stage, StageRole

register = template.Library()


@register.simple_tag
def stage_name(role: str) -> str:
    """Return the name of the stage with a role: "committed" is what most call Decided."""
    wanted = StageRole(role)
    return stages.names().of(next(stage for stage in Stage if stage.role is wanted))
