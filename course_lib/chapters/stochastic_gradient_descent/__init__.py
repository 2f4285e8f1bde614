"""Gradients of a few rows: right on average, and noisy."""
