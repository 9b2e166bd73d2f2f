"""How a passage, a hold, a cancellation and a closing are judged."""
