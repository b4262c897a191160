"""Lets the tests of Teleplan import their builders from `made_up`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
