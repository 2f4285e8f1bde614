"""Adam: both averages, their correction, and decoupled decay."""
