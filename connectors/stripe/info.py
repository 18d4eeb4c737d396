"""Stripe's manifest and what a location file says about it."""

from pydantic import BaseModel, ConfigDict, Field

from connectors.base import ConnectorInfo

INFO = ConnectorInfo(kind="stripe", title="Stripe", capabilities=frozenset())


class StripeOptions(BaseModel):
    """The keys of a ``payments`` block of kind ``stripe``. ``product_name`` is neutral: nothing about health."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    secret_key: str = Field(min_length=1)
    webhook_secret: str = ""
    currency: str = Field(default="usd", pattern=r"^[a-z]{3}$")
    product_name: str = "Appointment deposit"
