"""The people of a case, as any practice management system knows them."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class ProviderKind(StrEnum):
    """What a provider may do; rules and openings match on it."""

    DENTIST = "dentist"
    SURGEON = "surgeon"
    HYGIENIST = "hygienist"
    INJECTOR = "injector"


class PatientStatus(StrEnum):
    """The patient's standing with the practice; only ACTIVE patients are ever texted."""

    ACTIVE = "active"
    PROSPECTIVE = "prospective"
    NON_PATIENT = "non_patient"
    INACTIVE = "inactive"
    ARCHIVED = "archived"
    DISMISSED = "dismissed"
    DECEASED = "deceased"


SILENT_STATUSES = frozenset(
    {PatientStatus.DECEASED, PatientStatus.INACTIVE, PatientStatus.ARCHIVED, PatientStatus.DISMISSED}
)
"""Standings in which a case stops without a word to the household."""


class TextConsent(StrEnum):
    """Whether the patient agreed to texts about care, as the PMS has it."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Patient(BaseModel):
    """A patient's contact facts. Ids are the PMS's own, as text.

    ``mobile`` is E.164 or None when the PMS holds no number that can be texted;
    ``language`` is ISO 639-1 ("en", "es"), "" when the PMS does not say;
    ``state`` is the two-letter US state of the home address, "" when unknown.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    first_name: str
    last_name: str
    birthdate: date | None = None
    language: str = ""
    mobile: str | None = None
    other_phones: tuple[str, ...] = ()
    email: str = ""
    state: str = ""
    zip: str = ""
    text_consent: TextConsent = TextConsent.UNKNOWN
    status: PatientStatus = PatientStatus.ACTIVE
    guarantor_id: str = ""
    primary_provider_id: str = ""
    updated_at: datetime | None = None

    def age_on(self, day: date) -> int | None:
        """Whole years on ``day``; None when the birthdate is unknown."""
        if self.birthdate is None:
            return None
        before_birthday = (day.month, day.day) < (self.birthdate.month, self.birthdate.day)
        return day.year - self.birthdate.year - before_birthday


class Provider(BaseModel):
    """Somebody who treats patients: dentist, surgeon, hygienist, injector."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    kind: ProviderKind
    hidden: bool = False


class Operatory(BaseModel):
    """A chair. ``providers`` are its usual dentist and hygienist, who use it when a schedule names no chair."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    order: int = 0
    hygiene: bool = False
    hidden: bool = False
    providers: tuple[str, ...] = ()
