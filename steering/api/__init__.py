"""Steering in the API, one module for each part of it."""
