"""Loss and gradient: where the gradient of a loss comes from, and how to check it."""
