"""What leaves the system: deliveries for administrators, texts for process owners."""
