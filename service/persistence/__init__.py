"""The only door to the databases: SQLite by default, PostgreSQL in production (ADR 0030)."""
