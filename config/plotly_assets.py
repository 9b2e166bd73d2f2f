"""What the pages need of the installed plotly package: its browser file and its style hashes."""

import base64
import hashlib
import re
from importlib.util import find_spec
from pathlib import Path

STATIC_NAME = "plotly/plotly.min.js"

# A style element plotly makes either stays empty (its rules are inserted one by one) or gets its
# whole text at once as one string literal.
_STYLE_TEXT = re.compile(
    r"""createElement\("style"\);e\.id="[0-9a-f]+",e\.textContent='((?:[^'\\]|\\.)*)'"""
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def browser_file() -> Path:
    """Return the plotly.min.js inside the installed package; the package is not imported."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the plotly package is not installed")
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


def style_hashes() -> tuple[str, ...]:
    """Return the 'sha256-…' sources that allow exactly the styles plotly injects.

    Computed from the installed file, so that an upgrade of the package needs no edit here.
    """
    script = browser_file().read_text(encoding="utf-8")
    texts = ["", *(_unescaped(found) for found in _STYLE_TEXT.findall(script))]
    return tuple(_source(text) for text in texts)


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _unescaped(literal: str) -> str:
    """Read the inside of a JavaScript string literal."""
    return _ESCAPE.sub(_character, literal)


def _character(found: re.Match[str]) -> str:
    code = found.group(1)
    if code[0] in "ux" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _CONTROL.get(code, code)
