"""Acts on measures: each function is one governed act: lock, look, judge, change, record."""
