"""What each role may do, which duties never meet, and the numbers a tenant may change."""
