"""What was imported, and what stands already where an import would write."""
