"""Acts on the tree and on the seats at its nodes."""
