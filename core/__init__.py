"""The language of the codebase: refusals, tenancy, money, time and the way to workers."""
