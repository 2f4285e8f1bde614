"""Choosing a learning rate: the question of the chapter in a line."""
