"""Who: organizations (tenants), users, members, tokens, and the numbers a tenant can change."""
