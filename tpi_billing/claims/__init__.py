"""From sessions to priced claims, and from claims to batches."""
