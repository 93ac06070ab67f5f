"""The ring: whole turns."""
