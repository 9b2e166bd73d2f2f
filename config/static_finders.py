"""Serves plotly's browser file out of the installed package, so that it is never committed."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from config import plotly_assets


class PlotlyFinder(BaseFinder):
    """Finds exactly one file: `plotly/plotly.min.js`."""

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Return where the file lies; an empty list for every other path."""
        if path != plotly_assets.STATIC_NAME:
            return []
        found = str(plotly_assets.browser_file())
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Give the file to collectstatic and to the web server."""
        del ignore_patterns  # nothing here is ever to be left out
        file = plotly_assets.browser_file()
        storage = FileSystemStorage(location=file.parent)
        # Django joins the prefix and the name into the path the file is served under.
        storage.prefix = plotly_assets.STATIC_NAME.rpartition("/")[0]  # type: ignore[attr-defined]  # set by Django's own finders too
        yield file.name, storage
