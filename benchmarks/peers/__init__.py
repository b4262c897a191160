"""What others would use for the same work, each in an environment of its own."""
