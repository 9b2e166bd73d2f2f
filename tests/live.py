"""The whole system running against the test database, and a browser to look at it."""
