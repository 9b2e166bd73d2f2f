"""What holds for any ledger: how its acts are chained, to be proven without a database."""
