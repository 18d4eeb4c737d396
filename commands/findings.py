"""What ``chairtime doctor`` found out: one line a thing, with how to mend what is wrong."""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Status(StrEnum):
    """``note``: worth knowing, nothing to mend before work can go on."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


class Finding(BaseModel):
    """``where``: the file, location, variable or address it is about; ``mend``: what to do, "" when nothing."""

    model_config = ConfigDict(frozen=True)

    status: Status
    area: str
    where: str
    says: str
    mend: str = ""

    @property
    def line(self) -> str:
        return f"{self.says}. {self.mend[0].upper()}{self.mend[1:]}" if self.mend else self.says


def ok(area: str, where: str, says: str) -> Finding:
    return Finding(status=Status.OK, area=area, where=where, says=says)


def note(area: str, where: str, says: str, mend: str = "") -> Finding:
    return Finding(status=Status.NOTE, area=area, where=where, says=says, mend=mend)


def wrong(area: str, where: str, says: str, mend: str = "") -> Finding:
    return Finding(status=Status.WRONG, area=area, where=where, says=says, mend=mend)


def all_well(findings: Iterable[Finding]) -> bool:
    return all(finding.status is not Status.WRONG for finding in findings)
