"""One claim's whole way, from the row of an export to MSP's money, with people and times."""
