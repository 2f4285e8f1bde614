"""The noise floor: where stochastic gradient descent stops, and what gets it further."""
