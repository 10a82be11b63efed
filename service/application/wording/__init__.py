"""What leaves the system, in words: templates, facts, and letters made of both."""
