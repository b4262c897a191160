"""How large a file may be before it is refused: checked before anything is unpacked."""

FILE_BYTES = 200 * 2**20
UNZIPPED_BYTES = 2 * 2**30
RATIO = 200
"""Most times that a part of a workbook may grow when it is unpacked."""
RATIO_FROM_BYTES = 2**20
"""Smaller parts may grow more: a few kilobytes of blanks compress very well."""
COLUMNS = 500
TEXT_CELL = 4 * 2**20
"""A text file's cell beyond this is a quotation mark that was never closed."""
CELL = 4_000
"""Longest cell that can be a value of a session, in characters."""
HEADER_WITHIN = 50
"""The header row is looked for in this many rows from the top."""
NAMED_ROWS = 20
"""Bad lines named one by one before the rest is only counted."""
WORKBOOK_ROWS = 1_048_576
