"""The tests' own ground: whom they connect as, and where."""

from django.db import connection


def test_tests_connect_as_role_app_which_is_bound_by_every_policy(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        standing = cursor.fetchone()

    assert standing == ("assay_app", False, False)


def test_tests_use_a_database_whose_name_says_so(db):
    assert connection.settings_dict["NAME"].startswith("test_assay_")
