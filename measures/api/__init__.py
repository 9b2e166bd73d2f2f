"""The API of measures: the measure, its lines and figures, claims and milestones."""
