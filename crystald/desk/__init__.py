"""What clients may ask: one file per command group, one table of commands."""
