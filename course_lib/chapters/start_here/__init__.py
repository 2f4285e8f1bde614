"""The first step: one parameter, one rule, one learning rate."""
