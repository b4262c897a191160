"""Parse and validate an X12 837P file with linuxforhealth-x12: `linuxforhealth_claims.py FILE`."""

import sys

from linuxforhealth.x12.io import X12ModelReader
from timing import tell


def work():
    """Make a model of every set; return how many."""
    with X12ModelReader(sys.argv[1]) as reader:
        return {"sets": sum(1 for _ in reader.models())}


if __name__ == "__main__":
    tell(work)
