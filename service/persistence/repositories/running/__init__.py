"""Definitions, instances and everything an instance waits for."""
