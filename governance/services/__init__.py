"""The acts of governance: passing gates, holding and cancelling, closing, taking over."""
