"""Teleplan's records: the layouts as tables, the strict writer, the tolerant reader."""
