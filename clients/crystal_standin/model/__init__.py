"""The cheap model: energies, bands, and what is made of them."""
