"""The tables of hierarchy, step by step."""
