"""RESTART: what a run left goes on in its own deck, as a step of a plan or after it was cut short."""
