"""Parse and validate an X12 837P file with pyx12: `pyx12_claims.py FILE`."""

import io
import sys
from pathlib import Path

import pyx12.params
import pyx12.x12n_document
from timing import tell


def work():
    """Validate; return the verdict and how many sets were accepted."""
    answer = io.StringIO()
    with Path(sys.argv[1]).open(encoding="ascii") as file:
        accepted = pyx12.x12n_document.x12n_document(
            pyx12.params.params(), file, fd_997=answer, fd_html=None
        )
    return {"accepted": accepted, "sets": answer.getvalue().count("IK5*A~")}


if __name__ == "__main__":
    tell(work)
