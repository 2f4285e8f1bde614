"""Stochastic gradient descent: what minibatches give, and what their noise takes."""
