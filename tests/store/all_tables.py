"""Importing it makes the tables of all packages part of `Base.metadata`."""

import homespun.accounts.tables
import homespun.billing.tables
import homespun.gate.tables
import homespun.journal.tables
import homespun.releases.tables
import homespun.tuning.tables  # noqa: F401
