"""The demo: two invented organizations whose history is told to the services day by day."""
