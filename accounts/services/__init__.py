"""Acts on organizations, members, tokens and numbers."""
