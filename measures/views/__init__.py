"""The pages of measures: my work, the list, the measure itself with all its sections."""
