"""The registers of a planning cycle."""
