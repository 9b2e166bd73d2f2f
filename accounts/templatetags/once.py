"""The hidden fields that make a form's post happen once, and under the name it was opened in."""

import secrets

from django import template
from django.template import Context

register = template.Library()


@register.inclusion_tag("components/once.html", takes_context=True)
def once(context: Context) -> dict[str, object]:
    """Write a key of this one rendering, and for whom its reader acts.

    hierarchy.pages answers a second post as the first, and refuses one made under another name.
    """
    hat = getattr(context.get("request"), "hat", None)
    return {"key": secrets.token_urlsafe(18), "acts_for": "" if hat is None else hat.public_id}
