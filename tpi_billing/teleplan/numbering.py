"""Sequence numbers: seven digits, running on, 1 after 9999999 (Teleplan C02 P04)."""

LAST_NUMBER = 9_999_999


def number_after(number: int, steps: int = 1) -> int:
    """Return the number that lies `steps` after a number; raise ValueError outside 1-9999999."""
    if not 1 <= number <= LAST_NUMBER:
        raise ValueError(f"not a sequence number: {number}")
    return (number - 1 + steps) % LAST_NUMBER + 1


def last_of_run(first: int, count: int) -> int:
    """Return the last of `count` numbers from `first` on.

    Raise ValueError for a run so long that a number would come twice, and for an empty one.
    """
    if not 1 <= count <= LAST_NUMBER:
        raise ValueError(f"{count} records cannot have a sequence number each")
    return number_after(first, count - 1)
