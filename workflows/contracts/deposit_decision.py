"""What goes over the wire to and from a decision about a paid deposit."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.deposit_decisions import DecisionKind
from domain.route import OwnerStep


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True)


class DecisionStart(_Wire):
    """``ask``: what a person is to decide, which makes a task that climbs along ``owners``; "" when staff came first.

    ``command_id`` keeps a second question about the same deposit apart from the first."""

    case_id: str
    deposit_id: str
    ask: str = ""
    owners: tuple[OwnerStep, ...] = ()
    command_id: str = ""


class Decide(_Wire):
    """The click: ``amount_cents`` 0 gives back all that is left; ``command_id`` is the form's; ``by`` the staff key."""

    kind: DecisionKind
    by: str
    reason: str
    command_id: str
    amount_cents: int = 0


class DecisionAnswer(_Wire):
    """``refused``: why nothing was done. ``pending``: taken, it is being worked on."""

    refused: str = ""
    cents: int = 0
    left_cents: int = 0
    pending: bool = False


class DecisionSnapshot(_Wire):
    """For operators."""

    task_id: str = ""
    climb_at: datetime | None = None
