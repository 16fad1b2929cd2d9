"""A stand-in for the CRYSTAL programs, for demonstrations and tests; never CRYSTAL itself."""
