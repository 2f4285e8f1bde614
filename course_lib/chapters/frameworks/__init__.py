"""To PyTorch, Keras and Optax: one run in four programs, where they part, and how to translate."""
