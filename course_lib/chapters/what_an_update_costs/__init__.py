"""What an update costs: bytes, time, memory, and what rounding takes away."""
