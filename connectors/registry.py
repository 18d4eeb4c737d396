"""From a location file to its connectors: the one place that knows which vendors there are."""

import os
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connectors.base import Pacer, Payments, Pms, Texting
from connectors.http import PAGE_TIMEOUT, Wire, no_pace, pace_of
from connectors.opendental.client import OpenDentalClient
from connectors.opendental.connector import OpenDental
from connectors.opendental.options import OpenDentalOptions
from connectors.secrets import ConfigurationError, resolve_block
from connectors.stripe.connector import Stripe
from connectors.stripe.info import StripeOptions
from connectors.twilio.connector import Twilio
from connectors.twilio.info import TwilioOptions
from domain.location import Location, VendorBlock

Role = Literal["pms", "messaging", "payments"]
Options = Mapping[str, object]
Built = TypeVar("Built")
Checked = TypeVar("Checked", bound=BaseModel)


class LocationBook(Protocol):
    def get(self, key: str) -> Location:
        """The location file of that key; KeyError names the known ones."""
        ...

    def all(self) -> Sequence[Location]: ...


def _open_dental(location: Location, options: Options, pacer: Pacer, book: LocationBook) -> Pms:
    checked = _checked(OpenDentalOptions, options, location, "pms")
    client = OpenDentalClient(
        location.pms.base_url,
        checked.developer_key,
        checked.customer_key,
        pace=pace_of(pacer, location.budget) if checked.requests_per_second else no_pace,
        page_size=checked.page_size,
    )
    sharing = (each for each in book.all() if each.budget == location.budget)
    clinic_zones = {each.pms.option("clinic_num"): each.tz for each in sharing if each.pms.option("clinic_num")}
    return OpenDental(client, location.key, location.tz, checked, clinic_zones)


def _twilio(location: Location, options: Options, pacer: Pacer, book: LocationBook) -> Texting:
    checked = _checked(TwilioOptions, options, location, "messaging")
    return Twilio(Wire("Twilio", location.messaging.base_url), checked)


def _stripe(location: Location, options: Options, pacer: Pacer, book: LocationBook) -> Payments:
    checked = _checked(StripeOptions, options, location, "payments")
    address = location.payments.base_url
    return Stripe(Wire("Stripe", address), checked, Wire("Stripe", address, timeout=PAGE_TIMEOUT))


PMS: Mapping[str, Callable[[Location, Options, Pacer, LocationBook], Pms]] = {"opendental": _open_dental}
MESSAGING: Mapping[str, Callable[[Location, Options, Pacer, LocationBook], Texting]] = {"twilio": _twilio}
PAYMENTS: Mapping[str, Callable[[Location, Options, Pacer, LocationBook], Payments]] = {"stripe": _stripe}


class ConnectorRegistry:
    """The connectors of every location, built on first use and kept. Satisfies ``connectors.base.Vendors``.

    ``environment`` is where ``env:NAME`` references are looked up.
    Raises ConfigurationError when a location file cannot be used, KeyError for an unknown location.
    """

    def __init__(self, locations: LocationBook, pacer: Pacer, environment: Mapping[str, str] = os.environ) -> None:
        self._locations = locations
        self._pacer = pacer
        self._environment = environment
        self._pms: dict[str, Pms] = {}
        self._texting: dict[str, Texting] = {}
        self._payments: dict[str, Payments] = {}

    def pms(self, location: str) -> Pms:
        return self._built(self._pms, PMS, location, "pms")

    def texting(self, location: str) -> Texting:
        return self._built(self._texting, MESSAGING, location, "messaging")

    def payments(self, location: str) -> Payments:
        return self._built(self._payments, PAYMENTS, location, "payments")

    def refuse_mistakes(self, location: str) -> None:
        """Build all three, which asks no vendor anything. Raises ConfigurationError for what a file says wrongly."""
        self.pms(location)
        self.texting(location)
        self.payments(location)

    def secret(self, location: str, role: Role, name: str) -> str:
        """A resolved key of a vendor block, "" when the file has none: for the signature checks of webhooks."""
        found = self._locations.get(location)
        options = resolve_block(_block(found, role), f"location {location}: {role}", self._environment)
        return str(options.get(name, ""))

    def _built(
        self,
        kept: dict[str, Built],
        builders: Mapping[str, Callable[[Location, Options, Pacer, LocationBook], Built]],
        location: str,
        role: Role,
    ) -> Built:
        found = self._locations.get(location)
        block = _block(found, role)
        name = f"{location} {block.model_dump_json()}"
        if name not in kept:
            if block.kind not in builders:
                known = ", ".join(sorted(builders))
                raise ConfigurationError(f"location {location}: {role}.kind: no {block.kind!r}; known: {known}")
            options = resolve_block(block, f"location {location}: {role}", self._environment)
            kept[name] = builders[block.kind](found, options, self._pacer, self._locations)
        return kept[name]


def _block(location: Location, role: Role) -> VendorBlock:
    return {"pms": location.pms, "messaging": location.messaging, "payments": location.payments}[role]


def _checked(model: type[Checked], options: Options, location: Location, role: Role) -> Checked:
    """The options as the vendor knows them. The error names keys and what is wrong, never a value."""
    try:
        return model.model_validate(dict(options))
    except ValidationError as wrong:
        known = sorted(model.model_fields)
        mistakes = (_mistake(role, error, known) for error in wrong.errors(include_input=False))
        raise ConfigurationError(f"location {location.key}: {'; '.join(mistakes)}") from None


def _mistake(role: Role, error: ErrorDetails, known: Sequence[str]) -> str:
    key = ".".join([role, *(str(part) for part in error["loc"])])
    if error["type"] == "missing":
        return f"{key} is missing; add it"
    if error["type"] == "extra_forbidden":
        close = get_close_matches(str(error["loc"][-1]), known, n=1)
        return f"{key} is no key here; " + (f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}")
    return f"{key}: {error['msg']}"
