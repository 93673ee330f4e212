"""What is said of a plan's pairings and of what stayed unmet, and how it is found out."""
