"""The commands: one file each, named like the command; the table is in ``crystalctl.main``."""
