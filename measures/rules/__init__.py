"""How stages, months, amounts and lights of a measure are judged."""
