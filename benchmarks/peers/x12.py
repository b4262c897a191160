"""Claims as an American clinic would send them: X12 837P files for the peers that read those.

Standard library only: it makes files for environments that do not have this project.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random

_IN_A_SET = 100
_CODES = ("20552", "20553", "64405", "20610", "99213")
_NAMES = ("SILVERBIRCH", "STONECREEK", "OKANESE", "MARLOWE", "TESTER")


def write_837(path: Path, count: int, version: str) -> None:
    """Write so many claims of one clinic, a hundred to a transaction set.

    `version` is the guide that the file says it follows: 005010X222A1 or 005010X222A2.
    """
    with path.open("w", encoding="ascii", newline="") as file:
        file.writelines(f"{segment}~\n" for segment in _interchange(count, version))


def _interchange(count: int, version: str) -> Iterator[str]:
    yield (
        "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          "
        "*261105*0900*^*00501*000000001*0*T*:"
    )
    yield f"GS*HC*CLINIC*PAYER*20261105*0900*1*X*{version}"
    random, sets = Random(5), 0
    for first in range(0, count, _IN_A_SET):
        sets += 1
        segments = list(_set(random, sets, range(first, min(first + _IN_A_SET, count)), version))
        yield from segments
        yield f"SE*{len(segments) + 1}*{sets:04}"
    yield f"GE*{sets}*1"
    yield "IEA*1*000000001"


def _set(random: Random, number: int, claims: range, version: str) -> Iterator[str]:
    yield f"ST*837*{number:04}*{version}"
    yield f"BHT*0019*00*{number:08}*20261105*0900*CH"
    yield "NM1*41*2*EXAMPLE PAIN CLINIC*****46*CLINIC01"
    yield "PER*IC*BILLING OFFICE*TE*6045550100"
    yield "NM1*40*2*EXAMPLE PAYER*****46*PAYER01"
    yield "HL*1**20*1"
    yield "NM1*85*2*EXAMPLE PAIN CLINIC*****XX*1234567893"
    yield "N3*100 EXAMPLE STREET"
    yield "N4*SEATTLE*WA*981010000"
    yield "REF*EI*123456789"
    for at, claim in enumerate(claims, start=2):
        yield from _claim(random, at, claim)


def _claim(random: Random, level: int, claim: int) -> Iterator[str]:
    day = f"202610{random.randrange(1, 29):02}"
    born = f"{random.randrange(1940, 2005)}{random.randrange(1, 13):02}15"
    dollars = f"{random.randrange(50, 200)}"
    yield f"HL*{level}*1*22*0"
    yield "SBR*P*18*GROUP01******CI"
    yield f"NM1*IL*1*{random.choice(_NAMES)}*NOOR****MI*M{claim:08}"
    yield "N3*5 SAMPLE ROAD"
    yield "N4*SEATTLE*WA*981010000"
    yield f"DMG*D8*{born}*{random.choice('FM')}"
    yield "NM1*PR*2*EXAMPLE PAYER*****PI*PAYER01"
    yield f"CLM*V{claim:08}*{dollars}***11:B:1*Y*A*Y*Y"
    yield "HI*ABK:M7910"
    yield "NM1*DN*1*HOLLIS*ROBIN****XX*1234567893"
    yield "LX*1"
    yield f"SV1*HC:{random.choice(_CODES)}*{dollars}*UN*1***1"
    yield f"DTP*472*D8*{day}"
