"""How figures and lights travel up the tree."""
