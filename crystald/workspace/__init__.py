"""Files of a run: layout, claims, staging, job scripts, safe paths."""
