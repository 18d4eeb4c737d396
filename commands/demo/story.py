"""What the driver did and saw, for the judge and the report."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from commands.demo.patients import Patient


@dataclass
class Story:
    """``acts``: by phone, when its owner did something and what; ``latencies``: real milliseconds from the acceptance
    to its offer, of those texts that went out before time moved; ``gone``: plan number -> (when, what) of patients
    who died or plans that were taken back."""

    began: datetime
    ended: datetime
    patients: dict[int, Patient] = field(default_factory=dict)
    acts: dict[str, list[tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(list))
    gone: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    steps: int = 0
    seconds: float = 0.0
