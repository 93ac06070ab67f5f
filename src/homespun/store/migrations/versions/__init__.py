"""The steps, oldest first by name; Alembic finds them by itself."""
