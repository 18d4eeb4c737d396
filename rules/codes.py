"""Sets of procedure codes, written as single codes and ranges: ``D6010``, ``D6100-D6199``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rules.errors import Place

_CODE = re.compile(r"^([A-Z]*)(\d+)$")
_RANGE = re.compile(r"^([A-Z]*)(\d+)-([A-Z]*)(\d+)$")


@dataclass(frozen=True, slots=True)
class CodeRange:
    """Codes of one letter and one length between two numbers, both included."""

    text: str
    prefix: str
    digits: int
    low: int
    high: int
    at: Place

    def holds(self, code: str) -> bool:
        found = _CODE.match(code)
        if not found or found[1] != self.prefix or len(found[2]) != self.digits:
            return False
        return self.low <= int(found[2]) <= self.high


@dataclass(frozen=True, slots=True, eq=False)
class CodeSet:
    """``singles`` maps a code to the place that wrote it. Compared by identity."""

    singles: dict[str, Place]
    ranges: tuple[CodeRange, ...] = ()

    def holds(self, code: str) -> bool:
        return code in self.singles or any(each.holds(code) for each in self.ranges)

    def place(self, code: str) -> Place | None:
        """Where the item that holds this code was written."""
        if code in self.singles:
            return self.singles[code]
        return next((each.at for each in self.ranges if each.holds(code)), None)

    def known(self, codes: frozenset[str]) -> frozenset[str]:
        """Which of the given codes are in this set, and every single code of it."""
        return _known(self, codes)


@lru_cache(maxsize=4096)
def _known(codes: CodeSet, universe: frozenset[str]) -> frozenset[str]:
    ranged = (code for code in universe for each in codes.ranges if each.holds(code))
    return frozenset(ranged) | frozenset(codes.singles)


def code_set(written: Sequence[tuple[str, Place]]) -> CodeSet:
    """Reads codes and ranges."""
    singles: dict[str, Place] = {}
    ranges = []
    for text, at in written:
        found = code_range(text, at)
        if found:
            ranges.append(found)
        else:
            singles[text] = at
    return CodeSet(singles, tuple(ranges))


def code_range(text: str, at: Place) -> CodeRange | None:
    """The range that ``text`` writes, None for a single code."""
    found = _RANGE.match(text)
    if not found or found[1] != found[3] or len(found[2]) != len(found[4]):
        return None
    return CodeRange(text, found[1], len(found[2]), int(found[2]), int(found[4]), at)
