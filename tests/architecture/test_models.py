"""Every model is a tenant's or excused, and asking without a tenant is an error, never empty."""

import pytest
from django.apps import apps
from django.core.management import call_command

from core.errors import TenantMissing
from core.tables import TenantModel

EXCUSED = {
    "accounts.User": "identity is global",
    "accounts.Organization": "sweeps iterate organizations",
}
OUR_APPS = {"audit", "accounts", "hierarchy", "measures", "governance", "steering", "intake",
            "reporting"}  # fmt: skip
OURS = [model for model in apps.get_models() if model._meta.app_label in OUR_APPS]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_model_is_a_tenants_or_excused(model):
    assert issubclass(model, TenantModel) or model._meta.label in EXCUSED


@pytest.mark.parametrize(
    "model", [each for each in OURS if issubclass(each, TenantModel)], ids=lambda m: m._meta.label
)
def test_a_manager_raises_where_no_organization_is_active(model):
    with pytest.raises(TenantMissing):
        model.objects.count()
    with pytest.raises(TenantMissing):
        model._base_manager.count()


def test_migrations_say_what_the_models_say(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
