"""What the longer jobs of the noxfile do, a module each."""
