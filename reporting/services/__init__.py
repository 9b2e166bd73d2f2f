"""Keeping the roll-ups: the drain, the full recompute, the turn of the day."""
