"""Adam: two averages, their correction, and the step that they give."""
