"""A fair race: what has to be equal before two rules are compared."""
