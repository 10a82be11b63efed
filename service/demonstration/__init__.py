"""A Kelisim to look at: invented people, and a planning year under way."""
