"""The composition root: settings, start-up, servers; the only package that knows all others."""
