"""A network by hand: its gradient, the size of its signals through depth, and what a loss that is not convex means."""
