"""What a refusal says, by whichever way it came, and the proof that it changed nothing.

The tests of "Refused clearly" read as a table: who tries what by which way, and the answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from django.http import HttpResponse
from psycopg import sql

from tests.factories.organizations import TestOrganization
from tests.pages.markup import read

PAGE_404 = (
    "The address is wrong, or what was here belongs to somebody else. "
    "Follow the links from your start page to find it."
)

_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
   AND a.attname = 'organization_id' AND NOT a.attisdropped
   AND c.relname <> 'accounts_tokenuse'  -- a token that is refused was used all the same
 ORDER BY c.relname
"""
_ROWS = """
SELECT count(*), md5(coalesce(string_agg(each::text, '|' ORDER BY each::text), ''))
  FROM {table} each WHERE organization_id = %s
"""


@dataclass(frozen=True, slots=True)
class Refused:
    """One answer: its status, its stable code, and the sentence for a person."""

    status: int
    code: str
    sentence: str


def of_page(answer: HttpResponse) -> Refused:
    """Read the refusal that a page or a fragment shows; a 404 is the same for everybody."""
    shown = read(answer)
    if answer.status_code == 404:
        assert PAGE_404 in shown.text
        return Refused(404, "not_found", PAGE_404)
    (sentence,) = {each.text for each in shown.all("p", class_="refusal__sentence")}
    (code,) = {each.one("code").text for each in shown.all("p", class_="refusal__code")}
    return Refused(answer.status_code, code, sentence)


def of_api(answer: HttpResponse) -> Refused:
    """Read the problem document that the API answers with."""
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    return Refused(answer.status_code, said["code"], said["detail"])


@contextmanager
def nothing_changes(organization: TestOrganization, raw: psycopg.Connection) -> Iterator[None]:
    """Compare every row of every table of an organization, its ledger included, before and after.

    `raw` must see all rows: the superuser's connection.
    """
    before = everything(organization, raw)
    yield
    after = everything(organization, raw)
    assert {
        name: (before[name], after[name]) for name in before if before[name] != after[name]
    } == {}


def everything(
    organization: TestOrganization, raw: psycopg.Connection
) -> dict[str, tuple[object, ...]]:
    """Return the count and a sum over the rows of every table of an organization."""
    found: dict[str, tuple[object, ...]] = {}
    for (name,) in raw.execute(_TABLES).fetchall():
        query = sql.SQL(_ROWS).format(table=sql.Identifier(name))
        row = raw.execute(query, [organization.id]).fetchone()
        assert row is not None
        found[name] = tuple(row)
    assert found["audit_event"][0] != 0
    return found
