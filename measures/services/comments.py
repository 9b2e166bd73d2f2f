"""Comments: a remark explains, and stops nothing."""

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.events import CommentWritten
from measures.models import Comment
from measures.queries import measures

LONGEST_TEXT = 10_000  # characters, of a remark and of every other free text of a measure


@tenancy.act
def add(*, actor: Actor, measure_id: int, text: str) -> Comment:
    """Write a remark on a measure, whatever its stage; NotFound, NotAllowed, Invalid."""
    measure = measures.by_id(measure_id)
    authority.ensure(actor, Permission.COMMENT, measure.node, measures.named(measure))
    said = text.strip()
    if not said or len(said) > LONGEST_TEXT:
        raise Invalid(field="text", problem=f"enter 1 to {LONGEST_TEXT} characters.")
    comment: Comment = Comment.objects.create(measure=measure, author_id=actor.member_id, text=said)
    audit.record(CommentWritten(subject_id=measure.pk, comment_id=comment.pk))
    return comment
