"""What others ask of measures: rows for pages, and the facts that rules judge."""
