"""From what was done to what it is worth: fee items derived, grouped and priced for one day."""
