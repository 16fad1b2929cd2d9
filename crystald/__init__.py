"""crystald: one daemon that owns the database and the scheduler of a CRYSTAL group."""

__version__ = "0.1.0"
