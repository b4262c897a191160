"""Run the command line with `python -m tpi_billing`, or as `tpi-billing`."""

import sys


def start() -> None:
    """Run it; Ctrl-C while it is being loaded ends it without a traceback, too."""
    said = "Stopped. Nothing was changed.\n"
    try:
        from tpi_billing.cli.main import main

        said = "Stopped.\n"
        main()
    except KeyboardInterrupt:
        sys.stderr.write(said)
        sys.exit(130)


if __name__ == "__main__":
    start()
