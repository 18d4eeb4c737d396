"""Twilio's manifest and what a location file says about it."""

from pydantic import BaseModel, ConfigDict, Field, model_validator

from connectors.base import ConnectorInfo

INFO = ConnectorInfo(kind="twilio", title="Twilio", capabilities=frozenset())


class TwilioOptions(BaseModel):
    """The keys of a ``messaging`` block of kind ``twilio``: the sender is a number or a messaging service.

    ``body_redacted``: message redaction is on at Twilio, so its lists show empty bodies. A text whose answer was lost
    is then never sent again; a person has it instead.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    account_sid: str = Field(min_length=1)
    auth_token: str = Field(min_length=1)
    from_number: str = ""
    messaging_service_sid: str = ""
    body_redacted: bool = False

    @model_validator(mode="after")
    def _has_a_sender(self) -> "TwilioOptions":
        if bool(self.from_number) == bool(self.messaging_service_sid):
            raise ValueError("give either from_number or messaging_service_sid")
        return self
