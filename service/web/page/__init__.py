"""What every area of pages is made of."""
