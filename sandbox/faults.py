"""Faults on demand: what goes wrong, for which requests or webhooks, how often. Deterministic from the seed."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

RequestKind = Literal["delay", "status", "timeout", "lost_response"]
WebhookKind = Literal["duplicate", "reorder", "drop"]
WEBHOOK_KINDS = ("duplicate", "reorder", "drop")


class FaultSpec(BaseModel):
    """One thing that goes wrong.

    `vendor` is opendental, twilio, stripe or * (any). `path` is a regular expression searched in the request
    path (for webhook kinds: in the receiver's URL). `probability` is per matching event; `count` is how often
    it may strike in all (None: no end); `skip` lets that many matching events pass first.
    Request kinds: delay (`seconds`, then go on), status (`status`, `body` as plain text, `retry_after` seconds),
    timeout (no answer until the client leaves, at most `seconds`, 120 by default), lost_response (the work is
    done, then the connection is dropped, or `status` is answered if given).
    Webhook kinds: duplicate (sent twice), reorder (sent after the next one), drop (never sent).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    vendor: Literal["opendental", "twilio", "stripe", "*"] = "*"
    method: str = "*"
    path: str = ""
    kind: RequestKind | WebhookKind
    probability: float = Field(default=1.0, ge=0, le=1)
    count: int | None = Field(default=None, ge=1)
    skip: int = Field(default=0, ge=0)
    seconds: float = Field(default=0, ge=0)
    status: int | None = Field(default=None, ge=400, le=599)
    body: str = ""
    retry_after: int | None = None

    @field_validator("path")
    @classmethod
    def _is_a_pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"path {value!r} is not a regular expression: {error}") from error
        return value


@dataclass(slots=True)
class Fault:
    """A spec in force, with its own dice and its tally."""

    id: int
    spec: FaultSpec
    dice: random.Random
    seen: int = 0
    struck: int = 0

    def strikes(self, vendor: str, method: str, path: str) -> bool:
        """Whether this event is hit; counts it when it is."""
        spec = self.spec
        if spec.vendor not in ("*", vendor) or spec.method.upper() not in ("*", method.upper()):
            return False
        if not re.search(spec.path, path):
            return False
        self.seen += 1
        if self.seen <= spec.skip or (spec.count is not None and self.struck >= spec.count):
            return False
        if self.dice.random() >= spec.probability:
            return False
        self.struck += 1
        return True


@dataclass(slots=True)
class Faults:
    """The faults in force. `for_request` and `for_webhook` answer what hits this event, first come first."""

    seed: int
    _faults: dict[int, Fault] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, spec: FaultSpec) -> Fault:
        number = next(self._ids)
        fault = Fault(number, spec, random.Random(f"{self.seed}/fault/{number}"))
        self._faults[number] = fault
        return fault

    def remove(self, number: int | None = None) -> int:
        """Take one fault away, or all of them; returns how many went."""
        gone = list(self._faults) if number is None else [n for n in self._faults if n == number]
        for each in gone:
            del self._faults[each]
        return len(gone)

    def list(self) -> list[Fault]:
        return [*self._faults.values()]

    def for_request(self, vendor: str, method: str, path: str) -> FaultSpec | None:
        return self._first(vendor, method, path, webhook=False)

    def for_webhook(self, vendor: str, url: str) -> FaultSpec | None:
        return self._first(vendor, "POST", url, webhook=True)

    def _first(self, vendor: str, method: str, path: str, *, webhook: bool) -> FaultSpec | None:
        for fault in self._faults.values():
            if (fault.spec.kind in WEBHOOK_KINDS) == webhook and fault.strikes(vendor, method, path):
                return fault.spec
        return None
