"""Refusals to start: what an operator reads instead of a traceback."""

from django.core.exceptions import ImproperlyConfigured


class StartRefused(ImproperlyConfigured):
    """Assay cannot run like this; the text is one sentence that says why and what to do.

    Entry points print it and end with exit code 2.
    """


EXIT_CODE = 2
