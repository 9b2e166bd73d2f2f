"""What the address of a dashboard may ask for: which children, in which order, of which group."""

from django import forms
from django.utils.translation import gettext_lazy as _

from measures.rules.lights import Colour
from reporting.queries.children import SORTS, Filter

LIGHT_CHOICES = [
    ("", _("All")),
    (Colour.RED.value, _("Red")),
    (Colour.AMBER.value, _("Amber")),
    (Colour.GREEN.value, _("Green")),
    (Colour.GREY.value, _("Grey, not judged")),
]
ORDERS = [("", ""), *((f"{sign}{key}", f"{sign}{key}") for key in SORTS for sign in ("", "-"))]


class ChildrenForm(forms.Form):
    """The filter above the children; anything it does not know is left aside, never an error."""

    q = forms.CharField(label=_("Search"), required=False, strip=True, max_length=100)
    implementation = forms.ChoiceField(
        label=_("Implementation"), choices=LIGHT_CHOICES, required=False
    )
    potential = forms.ChoiceField(label=_("Potential"), choices=LIGHT_CHOICES, required=False)
    sort = forms.ChoiceField(choices=ORDERS, required=False, widget=forms.HiddenInput)
    group = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    as_of = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def wanted(self, usual: str) -> Filter:
        """Return the filter that the address asks for; `usual` is the order if it names none."""
        self.is_valid()
        asked = self.cleaned_data
        return Filter(
            search=asked.get("q", ""),
            implementation=asked.get("implementation", ""),
            potential=asked.get("potential", ""),
            sort=asked.get("sort") or usual,
        )
