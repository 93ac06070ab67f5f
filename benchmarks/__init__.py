"""Measurements that docs/reference/figures.md keeps: `make bench`. Not part of the package."""
