"""The table of imports."""
