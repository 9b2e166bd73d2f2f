"""Intake: bringing in a portfolio that is already running, by a mapping and without guessing."""
