"""What needs a decision: escalations, from their trigger to the recorded decision."""
