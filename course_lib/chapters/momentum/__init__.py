"""Momentum: a step that remembers the ones before."""
