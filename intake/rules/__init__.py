"""How a file's columns become measures: declared formats, stages, findings; nothing is guessed."""
