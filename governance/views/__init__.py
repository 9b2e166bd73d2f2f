"""Pages and fragments of governance."""
