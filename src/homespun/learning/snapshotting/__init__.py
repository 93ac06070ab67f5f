"""Makes and rewrites snapshots, in a process of its own: the only code beside training that imports pyarrow."""
