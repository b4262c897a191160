"""How large a file may be before it is refused: checked before anything is unpacked."""

FILE_BYTES = 2**30
"""Some four million sessions as text; what a workbook may unpack to is bounded below."""
UNZIPPED_BYTES = 2 * 2**30
RATIO = 200
"""Most times that a part of a workbook may grow when it is unpacked."""
RATIO_FROM_BYTES = 2**20
"""Smaller parts may grow more: a few kilobytes of blanks compress very well."""
PARTS = 10_000
"""Files in the archive that a workbook is."""
SHEETS = 500
PART_BYTES = 64 * 2**20
"""Of a part that is no sheet: openpyxl reads it whole."""
TEXTS_BYTES = 128 * 2**20
"""Of the part with the texts of all sheets."""
ELEMENTS = 200_000
"""XML elements of a part that is read whole, and of a sheet beside its rows."""
ROW_ELEMENTS = 100_000
"""XML elements of one row, which has 16,384 cells at most."""
ROW_BYTES = 8 * 2**20
"""XML of one row, and the longest row of a text file, in characters."""
TAG_BYTES = 2 * 2**20
TEXT_ELEMENTS = 4_000_000
"""XML elements of the part with the texts of all sheets: two million texts take 600 megabytes."""
DEPTH = 200
BLANK_CELLS = 20_000_000
"""Cells that a sheet may leave blank before its filled ones, unless a hundredth is filled."""
COLUMNS = 500
WIDEST = 4 * COLUMNS
"""Cells of a row that are looked at for a header."""
TEXT_CELL = 4 * 2**20
"""A text file's cell beyond this is a quotation mark that was never closed."""
CELL = 4_000
"""Longest cell that can be a value of a session, in characters."""
HEADER_WITHIN = 50
"""The header row is looked for in this many rows from the top."""
NAMED_ROWS = 20
"""Bad lines named one by one before the rest is only counted."""
WORKBOOK_ROWS = 1_048_576
