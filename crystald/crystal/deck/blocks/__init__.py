"""The blocks of a crystal deck below its geometry: one file each, with values, printing, reading."""
