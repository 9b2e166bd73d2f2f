"""What others ask of governance: facts to judge, desks, the ledger read."""
