"""Telephone numbers: only NXX-555-01xx, which no one has; many area codes, so that there are enough."""

from __future__ import annotations

import random

from sandbox.group.layout import names
from sandbox.store import Store

FIRST, LAST = 1, 99  # xxx-555-0100 is left to the offices
OTHER_STATE_SHARE = 0.12
WRITTEN = ("({a}){n}-{l}", "{a}-{n}-{l}", "({a}) {n}-{l}", "{a}{n}{l}", "{a}.{n}.{l}")
CARRIER_STATES = ("reachable", "unreachable", "filtered")
CARRIER_WEIGHTS = (97, 2, 1)


class PhoneBook:
    """Gives out each number once, and remembers what kind of line it is."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(f"{seed}/phones")
        self._free: dict[str, list[str]] = {}
        self._lines: dict[str, str] = {}

    def line(self, area_codes: tuple[str, ...], kind: str) -> str:
        """A fresh number (E.164) near the office, or from another state now and then."""
        others = tuple(names()["other_area_codes"])
        wanted = others if self._dice.random() < OTHER_STATE_SHARE else area_codes
        open_codes = [a for a in (*wanted,) if self._left(a)] or [a for a in (*others, *area_codes) if self._left(a)]
        number = self._left(self._dice.choice(open_codes)).pop()
        self._lines[number] = kind
        return number

    def _left(self, area: str) -> list[str]:
        if area not in self._free:
            numbers = [f"+1{area}55501{n:02}" for n in range(FIRST, LAST + 1)]
            self._dice.shuffle(numbers)
            self._free[area] = numbers
        return self._free[area]

    def written(self, number: str) -> str:
        """A number as somebody typed it in, one way or another."""
        return self._dice.choice(WRITTEN).format(a=number[2:5], n=number[5:8], l=number[8:])

    def store(self, store: Store) -> None:
        rows = [(number, kind, self._carrier_state(kind)) for number, kind in self._lines.items()]
        store.executemany("INSERT INTO phones (e164, kind, carrier_state) VALUES (?, ?, ?)", rows)

    def _carrier_state(self, kind: str) -> str:
        return self._dice.choices(CARRIER_STATES, CARRIER_WEIGHTS)[0] if kind == "mobile" else "reachable"
