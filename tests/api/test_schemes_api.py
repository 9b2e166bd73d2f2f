"""The gates in the API: the version in force, for everybody of the organization."""

import pytest

from tests.api.test_hierarchy_api import caller_of
from tests.factories.organizations import an_organization
from tests.factories.schemes import confirmed, document


@pytest.mark.parametrize("role", ["owner", "administrator"])
def test_the_scheme_in_force_is_read(db, role):
    organization = an_organization()
    confirmed(organization, document(g3={"due_days": 5}))
    confirmed(organization, document(g3={"due_days": 6}), days=7)

    answer = caller_of(organization, role)("GET", "/gate-scheme")

    assert answer.status_code == 200
    said = answer.json()
    assert (said["version"], said["document"]) == (2, document(g3={"due_days": 5}))
