"""Questions about the working calendar."""
