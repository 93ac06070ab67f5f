"""Databases for tests: SQLite files, and a real PostgreSQL server."""
