"""What others ask of accounts: organizations, members, profile, numbers."""
