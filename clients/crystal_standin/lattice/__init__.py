"""Groups, cells and meshes, by CRYSTAL's rules."""
