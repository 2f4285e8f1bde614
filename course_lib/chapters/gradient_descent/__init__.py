"""Gradient descent: how large a learning rate may be, and what the condition number costs."""
