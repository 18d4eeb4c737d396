"""One location (an office): where it is, which systems it uses, who works its cases."""

from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.plan_settings import PlanSettings


class VendorBlock(BaseModel):
    """How to reach one vendor: ``kind`` names the connector, ``base_url`` the server.

    Every other key belongs to the vendor; a value ``env:NAME`` or ``file:PATH`` is a reference to a secret.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str
    base_url: str

    def option(self, name: str, default: str = "") -> str:
        extra = self.model_extra or {}
        return str(extra.get(name, default))


class StaffMember(BaseModel):
    """A named person who can own a task; ``user_id`` and ``task_list_id`` are theirs in the PMS."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    role: Literal["coordinator", "manager", "dentist", "front_desk", "on_call"] = "coordinator"
    user_id: str = ""
    task_list_id: str = ""
    mobile: str = ""
    away: tuple[tuple[str, str], ...] = ()
    deputy: str = ""


class OpenHours(BaseModel):
    """Opening hours by weekday (0 = Monday), local "HH:MM" pairs; a weekday left out is closed."""

    model_config = ConfigDict(frozen=True)

    days: dict[int, tuple[str, str]] = Field(
        default={**dict.fromkeys(range(4), ("08:00", "17:00")), 4: ("08:00", "15:00")}
    )


class Financing(BaseModel):
    """A lender outside of this product: patients apply on its own page at ``apply_url`` and tell us the result."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=40)
    apply_url: str = Field(pattern=r"^https://[^\s]+$")


class Location(BaseModel):
    """A location file, checked. ``key`` is opaque and short: it stands in workflow ids and search attributes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str
    short_name: str = ""
    zone: str
    state: str = Field(pattern=r"^[A-Z]{2}$")
    address: str = ""
    phone: str
    kind: Literal["dental", "medspa"] = "dental"
    pms: VendorBlock
    messaging: VendorBlock
    payments: VendorBlock
    staff: tuple[StaffMember, ...]
    default_owner: str
    open_hours: OpenHours = OpenHours()
    poll_seconds: int = 20
    texting: Literal["registered", "unregistered", "paused"] = "registered"
    languages: tuple[str, ...] = ("en", "es")
    allowed_blockouts: tuple[str, ...] = ()
    grid_minutes: Literal[5, 10, 15] = 10
    payment_plans: PlanSettings = PlanSettings()
    financing: Financing | None = None

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise ValueError(f"{value!r} is no IANA time zone; write for example America/Boise") from unknown
        return value

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def account(self) -> str:
        """This location's part of its PMS: one mirror, one change feed. PMS ids are unique within it."""
        return f"{self.pms.kind}:{self.key}"

    @property
    def budget(self) -> str:
        """Whose records and request rate these are: locations that name the same ``account`` (customer key) are offices
        of one database, so a patient, provider or chair of one is known at the others."""
        return f"{self.pms.kind}:{self.pms.option('account') or self.key}"

    @property
    def text_name(self) -> str:
        """The sender's name as texts print it."""
        return self.short_name or self.name

    @property
    def spoken_phone(self) -> str:
        """The main number as people write it: (208) 555-0100 for a North American one, else as it is."""
        digits = self.phone.removeprefix("+1")
        if len(digits) != 10 or not self.phone.startswith("+1"):
            return self.phone
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"

    def on_call(self) -> tuple[StaffMember, ...]:
        """Who is told of an emergency at any hour: the on-call people with a mobile, else the managers with one."""
        for role in ("on_call", "manager"):
            found = tuple(p for p in self.staff if p.role == role and p.mobile)
            if found:
                return found
        return ()

    def alarm_chain(self) -> tuple[StaffMember, ...]:
        """Who may be told of an emergency, in turn: the on-call people, then the managers, each phone once."""
        people = [p for role in ("on_call", "manager") for p in self.staff if p.role == role and p.mobile]
        return tuple({person.mobile: person for person in reversed(people)}.values())[::-1]

    def member(self, key: str) -> StaffMember:
        """The staff member of that key; KeyError names the ones there are."""
        for person in self.staff:
            if person.key == key:
                return person
        known = ", ".join(p.key for p in self.staff)
        raise KeyError(f"location {self.key} has no staff member {key!r}; known: {known}")
