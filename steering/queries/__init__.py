"""What others ask of steering: what needs a decision, and what an escalation says."""
