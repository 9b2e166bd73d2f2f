"""No fixed sentence calls a stage by its built-in name: an organization may call it otherwise."""

import ast
import re
from pathlib import Path

from config.environment import ROOT

APPS = ("accounts", "governance", "hierarchy", "intake", "measures", "reporting", "steering")
# The words of the built-in scheme itself, and samples of components.
LEFT_OUT = {"measures/words.py", "reporting/chart_samples.py", "reporting/component_samples.py"}
MARKED = {"_", "gettext", "gettext_lazy", "ngettext"}
NAMED = re.compile(
    r"\b(?:Defined|Identified|Detailed|Implemented)\b"
    r"|\b(?:after|at|before|below|from|From|Once|once|pass|past|until) Decided\b"
    r"|\bis Decided\b|\bDecided is passed\b"
)
TRANSLATED = re.compile(
    r'{%\s*translate\s+"([^"]*)"|{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate', re.DOTALL
)


def _name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _said(path: Path) -> list[str]:
    """Return what a module says to people: marked for translation, or the message of a refusal."""
    found: list[ast.AST] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and _name_of(node) in MARKED:
            found += node.args
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "message":
            found.append(node.value)
    texts = [each for node in found for each in ast.walk(node) if isinstance(each, ast.Constant)]
    return [each.value for each in texts if isinstance(each.value, str)]


def test_the_pattern_finds_what_it_is_for():
    assert NAMED.search("From Decided on, only the lead changes it.")
    assert NAMED.search("A measure begins at Defined.")
    assert not NAMED.search("Decided by")


def test_no_sentence_of_the_code_names_a_built_in_stage():
    named = [
        f"{path.relative_to(ROOT)}: {text}"
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if str(path.relative_to(ROOT)) not in LEFT_OUT and "migrations" not in path.parts
        for text in _said(path)
        if NAMED.search(text)
    ]
    assert named == [], "say it with measures.queries.stages.names(), or without the name"


def test_no_sentence_of_a_template_names_a_built_in_stage():
    named = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if path.parent.name != "components"
        for pair in TRANSLATED.findall(path.read_text())
        for text in pair
        if NAMED.search(text)
    ]
    assert named == [], 'say it with {% stage_name "committed" %}, or without the name'
