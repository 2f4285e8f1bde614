"""What is minimized: the loss of a line, and its gradient."""
