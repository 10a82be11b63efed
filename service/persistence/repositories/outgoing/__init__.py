"""What leaves the system, and the texts it leaves with."""
