"""What: the measure, its effect lines and series, milestones, risks, dependencies, evidence."""
