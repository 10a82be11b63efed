"""Signing in and out, one's own account, the language."""
