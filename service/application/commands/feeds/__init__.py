"""What a person chooses for himself or herself: calendar feeds, and how notices come."""
