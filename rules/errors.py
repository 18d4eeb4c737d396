"""Mistakes in rule files: all of them at once, each with its place and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True, order=True)
class RuleError:
    """One mistake. ``line`` and ``column`` count from 1; ``hint`` says what to write instead ("" when unknown)."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.message}{hint}"


class RuleErrors(ValueError):
    """The rule files cannot be used; ``errors`` lists every mistake found, in reading order."""

    def __init__(self, errors: Sequence[RuleError]) -> None:
        self.errors = sorted(set(errors))
        super().__init__("\n".join(str(error) for error in self.errors))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written; the empty place is the language's own default."""

    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(slots=True)
class Problems:
    """Collects mistakes while reading goes on, so that one fault never hides the next."""

    errors: list[RuleError] = field(default_factory=list)
    warnings: list[RuleError] = field(default_factory=list)

    def add(self, at: Place, message: str, hint: str = "") -> None:
        self.errors.append(RuleError(at.file, at.line, at.column, message, hint))

    def warn(self, at: Place, message: str, hint: str = "") -> None:
        self.warnings.append(RuleError(at.file, at.line, at.column, message, hint))


_LOOKALIKES = str.maketrans("oil", "011")
_CLOSE = 0.6


def _likeness(word: str, other: str) -> tuple[bool, float, int]:
    """Only lookalikes differ (D6O10), then letters in common, then letters in the same place from the start."""
    same = word.translate(_LOOKALIKES) == other.translate(_LOOKALIKES)
    start = next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    return same, SequenceMatcher(None, word, other).ratio(), start


def nearest(word: str, known: Sequence[str]) -> str:
    """ "did you mean X?" for the closest known word, else the list of what is known (when short)."""
    folded = {item.lower(): item for item in known}
    best = max(folded, key=lambda item: _likeness(word.lower(), item), default="")
    if best and _likeness(word.lower(), best)[1] >= _CLOSE:
        return f"did you mean {folded[best]}?"
    return "known: " + ", ".join(known) if 0 < len(known) <= 30 else ""
