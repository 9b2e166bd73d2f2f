"""Bringing a running portfolio in: reading its file, and writing all of it in one act."""
