"""The level of theory: its settings, where they come from, and what they may not say together."""
