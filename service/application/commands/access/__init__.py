"""Commands by which people get in: accounts, signing in and out, language."""
