"""What is on its way, what arrived and what did not; and the texts it is made of."""
