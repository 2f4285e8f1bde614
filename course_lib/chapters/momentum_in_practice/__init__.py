"""Momentum in practice: look-ahead, no bowl, noise, data, and three conventions."""
