"""The pages of reporting: the way in, the dashboard of any node, what its figures are made of."""
