"""What MSP would refuse, and what a chart lacks: one small function for each check."""
