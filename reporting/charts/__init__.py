"""Charts: one figure a file, frozen data in, a Plotly figure and its table out; no database."""
