"""One command a file; each translates its arguments and calls one function."""
