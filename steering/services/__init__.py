"""Acts of steering: opening and raising escalations, and deciding them."""
