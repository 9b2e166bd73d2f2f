"""Template tags of the lowest app with pages, so that every app above may use them."""
