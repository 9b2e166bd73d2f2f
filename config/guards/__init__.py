"""Every guard of the database, found in its own catalog, with what removes it and restores it."""
