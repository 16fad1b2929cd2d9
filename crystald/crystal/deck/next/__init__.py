"""The next deck: what an output computed, in the words of its deck.

The geometry is the last one printed, in the form that the deck has (``form``) or as EXTERNAL with a
``fort.34`` (``external``); everything below it is carried line by line (``carry``).
"""
