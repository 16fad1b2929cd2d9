"""The tasks of the daemon: one file, one verb, one loop each."""
