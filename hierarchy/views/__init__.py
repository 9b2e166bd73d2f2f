"""The pages of administration: structure, people, organization, tokens, decision rights."""
