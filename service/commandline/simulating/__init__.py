"""`kelisim simulate` and what it shows."""
