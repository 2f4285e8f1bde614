"""A network: the question of the chapter in a line."""
