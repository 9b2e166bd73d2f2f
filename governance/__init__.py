"""May it: stage gates, separation of duties, hold and cancel, closure."""
