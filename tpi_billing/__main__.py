"""Run the command line with `python -m tpi_billing`."""

from tpi_billing.cli.main import main

main()
