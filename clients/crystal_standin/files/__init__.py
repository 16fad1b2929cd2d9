"""Files that runs leave and take in."""
