"""Checks of a finished step, of itself and against its parent: pure, each a sentence with its line.

They judge only what was printed: what is None is not compared. The table says which checks there
are and whether one warns or blocks where the configuration is silent.
"""
