"""The ledger: an append-only, chained record of every governed act, and the outbox."""
