"""The files that bands and densities of states are plotted from; pure, zero of energy explicit."""
