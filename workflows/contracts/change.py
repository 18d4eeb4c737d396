"""What goes over the wire to and from the change of a booked visit."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.slots import Opening


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True)


class News(_Wire):
    """What the patient is told of a change. ``late_after``: later than this it would not help them any more.

    ``link_case``: the case the link leads to, and whose people call instead; "" for the changed one."""

    template: str
    late_after: datetime | None = None
    link_path: str = ""
    link_case: str = ""


class ChangeStart(_Wire):
    """``opening`` is where the visit moves to; None cancels it. ``command_id`` is the form's, so it acts once.

    ``displaced``: the provider is out; the patient hears it and gets first pick, a person sees it through.
    ``office``: the practice calls it off, not the patient.
    ``news``: the change is made, only this has still to be told, not before ``news_at``."""

    case_id: str
    by: str
    command_id: str
    opening: Opening | None = None
    displaced: bool = False
    office: bool = False
    news: News | None = None
    news_at: datetime | None = None

    @property
    def workflow_id(self) -> str:
        """The same wish is one workflow."""
        return f"change/{self.case_id.removeprefix('case/')}/{self.command_id}"


class ChangeEnd(_Wire):
    """``lost``: the wished time could not be had (``why``), nothing changed. ``refused``: the PMS will not do it; a
    person has a task that says so."""

    kind: Literal["moved", "cancelled", "lost", "nothing", "displaced", "told", "refused"]
    start: datetime | None = None
    refunded_cents: int = 0
    why: str = ""
