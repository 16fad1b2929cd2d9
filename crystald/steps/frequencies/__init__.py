"""Frequencies: what a FREQ may say, and the blocks that say it to the program."""
