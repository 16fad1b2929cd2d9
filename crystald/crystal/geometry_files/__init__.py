"""Geometries in files of their own: fort.34 (``.gui``) and the points of an optimisation; pure."""
