"""Runs one command when told to: loads the program, says `ready`, waits for a line, then goes.

Several of these, told at the same moment, are several people at work at once.
"""

import sys

import tpi_billing.claims.batches
import tpi_billing.claims.importing
import tpi_billing.intake.table
import tpi_billing.reports.batch_files  # noqa: F401 - loaded before the start, so that nobody waits
from tpi_billing.cli.main import run

if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.exit(run(sys.argv[1:]))
