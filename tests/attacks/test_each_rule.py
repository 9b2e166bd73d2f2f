"""Every CHECK alone, and the keys written by hand: what breaks each, beside what keeps it."""

import pytest

from tests.attacks.bare import OURS, THEIRS, bare, put, refused_by
from tests.attacks.rows import CHECKS, RULES


@pytest.mark.parametrize("name", RULES)
def test_a_check_refuses_what_breaks_it_and_takes_what_keeps_it(superuser_connection, name):
    kept, *broken = RULES[name]
    with bare(superuser_connection, [CHECKS[name]], keep=[name]) as raw:
        put(raw, CHECKS[name], **kept)

        for row in broken:
            with refused_by(raw, "23514", name):
                put(raw, CHECKS[name], **row)


def test_a_node_hangs_one_level_below_its_parent(superuser_connection):
    name = "hierarchy_node_parent_is_one_level_up"
    with bare(superuser_connection, ["hierarchy_node"], keep=[name, "node_id_and_level"]) as raw:
        program = put(raw, "hierarchy_node", organization_id=OURS, level=2)
        put(raw, "hierarchy_node", organization_id=OURS, level=3, parent_id=program)

        for organization, level in ((OURS, 4), (OURS, 2), (THEIRS, 3)):
            with refused_by(raw, "23503", name):
                put(
                    raw,
                    "hierarchy_node",
                    organization_id=organization,
                    level=level,
                    parent_id=program,
                )


def test_a_vote_says_who_really_made_the_request(superuser_connection):
    name = "governance_vote_of_this_requester"
    tables = ["governance_vote", "governance_gaterequest"]
    with bare(superuser_connection, tables, keep=[name, "gate_request_and_requester"]) as raw:
        asked = put(raw, tables[1], organization_id=OURS, requested_by_id=7)
        put(raw, tables[0], organization_id=OURS, request_id=asked, requested_by_id=7)

        with refused_by(raw, "23503", name):
            put(raw, tables[0], organization_id=OURS, request_id=asked, requested_by_id=8)


@pytest.mark.parametrize(
    ("table", "column"), [("accounts_organization", "slug"), ("accounts_organization", "public_id")]
)
def test_an_address_of_an_organization_is_its_own(superuser_connection, table, column):
    name = f"{table}_{column}_key"
    value = {"slug": "halvern", "public_id": "00000000-0000-7000-8000-000000000001"}[column]
    with bare(superuser_connection, [table], keep=[name]) as raw:
        put(raw, table, **{column: value})

        with refused_by(raw, "23505", name):
            put(raw, table, **{column: value})


def test_an_address_of_mail_is_one_users(superuser_connection):
    with bare(superuser_connection, ["accounts_user"], keep=["user_email_once"]) as raw:
        put(raw, "accounts_user", email="a@b.example")

        with refused_by(raw, "23505", "user_email_once"):
            put(raw, "accounts_user", email="a@b.example")
