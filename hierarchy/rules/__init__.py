"""Which level may stand under which."""
