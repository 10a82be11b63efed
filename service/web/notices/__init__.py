"""What a person chooses for himself or herself, and the calendar feeds: the door to icalendar."""
