"""The hidden field that makes a form's post happen once, however often it is sent."""

import secrets

from django import template

register = template.Library()


@register.inclusion_tag("components/once.html")
def once() -> dict[str, object]:
    """Write a key of this one rendering; hierarchy.pages answers its second post as the first."""
    return {"key": secrets.token_urlsafe(18)}
