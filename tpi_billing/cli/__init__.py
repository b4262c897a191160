"""The command line: parse, call, render. No rule of the domain lives here."""
