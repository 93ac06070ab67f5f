"""How long tests wait for what ought to happen at once."""

PATIENCE_S = 90
"""So long that only what never happens fails, however busy the machine is."""
