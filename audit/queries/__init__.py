"""What others ask of the ledger: the history of a subject, and whether it is sound."""
