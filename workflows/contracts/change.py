"""What goes over the wire to and from the change of a booked visit."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.slots import Opening


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True)


class ChangeStart(_Wire):
    """``opening`` is where the visit moves to; None cancels it. ``command_id`` is the form's, so it acts once.

    ``displaced``: the provider is out; the patient hears it and gets first pick, a person sees it through.
    ``office``: the practice calls it off, not the patient."""

    case_id: str
    by: str
    command_id: str
    opening: Opening | None = None
    displaced: bool = False
    office: bool = False

    @property
    def workflow_id(self) -> str:
        """The same wish is one workflow."""
        return f"change/{self.case_id.removeprefix('case/')}/{self.command_id}"


class ChangeEnd(_Wire):
    """``lost``: the wished time had just gone, nothing changed."""

    kind: Literal["moved", "cancelled", "lost", "nothing", "displaced"]
    start: datetime | None = None
    refunded_cents: int = 0
