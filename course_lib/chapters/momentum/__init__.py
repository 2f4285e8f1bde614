"""Momentum on bowls: a rule that remembers, and why it is faster."""
