"""Tags of measures in templates."""
