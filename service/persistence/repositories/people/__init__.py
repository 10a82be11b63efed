"""Bodies, people, and how people get in."""
