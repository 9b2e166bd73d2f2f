"""What pages and commands ask of the roll-ups."""
