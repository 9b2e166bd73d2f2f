"""What fires an escalation, whom it asks, and what ends it."""
