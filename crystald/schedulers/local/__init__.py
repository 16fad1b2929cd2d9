"""The embedded scheduler: slots on this machine, state in files, jobs that outlive everybody."""
