"""What goes over the wire to the text about a refund."""

from pydantic import BaseModel, ConfigDict


class RefundNews(BaseModel):
    """``part``: some of the deposit stays. ``answer``: it is about what the patient just paid, so it does not wait.

    ``command_id``: of the decision; one decision is one text."""

    model_config = ConfigDict(frozen=True)

    case_id: str
    deposit_id: str
    command_id: str
    part: bool = False
    answer: bool = False

    @property
    def workflow_id(self) -> str:
        return f"refund/{self.deposit_id}/{self.command_id}"
