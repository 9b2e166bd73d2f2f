"""Speed beside the bare database: a scratch organization of a given size, and ratios of one run."""
