"""Changes of the working calendar, and the new dates that come of them."""
