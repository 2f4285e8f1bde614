"""What is fast and how fast, beside its peers: `nox -s bench` prints it. No test asserts a time."""
