"""The API of the tree: nodes, members, seats and deputies."""
