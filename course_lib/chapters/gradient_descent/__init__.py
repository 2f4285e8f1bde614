"""Gradient descent on bowls: how far to go, and how long it takes."""
