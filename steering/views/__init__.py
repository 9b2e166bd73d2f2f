"""Pages and fragments of steering."""
