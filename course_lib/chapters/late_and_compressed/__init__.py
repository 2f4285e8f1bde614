"""Gradients that are late, gradients that are sent in part, and what each costs."""
