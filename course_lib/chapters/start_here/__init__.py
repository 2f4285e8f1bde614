"""Start here: one step, and how the course works."""
