"""What the words mean: money, identifiers, sessions, claims, findings. Imports nothing of ours."""
