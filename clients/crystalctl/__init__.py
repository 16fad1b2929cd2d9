"""The command line: what people type to look at crystald and to move it."""
