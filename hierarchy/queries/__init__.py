"""What others ask of the tree: places, paths, and what a member may do there."""
