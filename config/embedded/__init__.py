"""PostgreSQL and Valkey of our own for the demo and the tests; production never comes here."""
