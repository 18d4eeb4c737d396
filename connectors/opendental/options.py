"""What a location file says about its Open Dental: the ``pms`` block, checked."""

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.people import ProviderKind

REMOTE_PAGE = 100
"""Rows a page that the remote API allows (1000 on the Local API and the API Service)."""


_MARK = re.compile(r"signed|planned|priority:.+|patfield:[^=]+=.+")


class OpenDentalOptions(BaseModel):
    """The keys of a ``pms`` block of kind ``opendental`` beside ``kind`` and ``base_url``.

    ``account``: names the rate budget when several locations share one customer key.
    ``clinic_num``: this location's clinic in a database with clinics; blank reads everything.
    ``accept_on``: what counts as acceptance, in order: ``signed``, ``patfield:Name=Value``, ``priority:Name``,
    ``planned`` (a planned appointment with the plan's procedures).
    ``declined_heading``: words in a plan's heading that say the patient declined it.
    ``api_user``: UserNum that tasks and their notes are written under.
    ``payment_type``, ``commlog_type``, ``urgent_priority``, ``document_category``: names of
    the office's own definitions.
    ``workstation``: the machine whose API service fires events; blank: every machine does, with duplicates.
    ``requests_per_second``: 0 switches our pacing off (Local API and API Service are not throttled).
    ``provider_kinds``: ProvNum -> dentist, surgeon, hygienist or injector, where the specialty does not say it.
    ``fee_schedule``: FeeSched whose fees go with the procedure codes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    developer_key: str = Field(min_length=1)
    customer_key: str = Field(min_length=1)
    account: str = ""
    clinic_num: str = ""
    accept_on: tuple[str, ...] = ("signed",)
    declined_heading: str = "patient declined"
    api_user: str = ""
    payment_type: str = ""
    commlog_type: str = ""
    urgent_priority: str = ""
    document_category: str = ""
    workstation: str = ""
    polling_seconds: int = Field(default=5, ge=1)
    page_size: int = Field(default=REMOTE_PAGE, ge=1, le=10_000)
    requests_per_second: float = Field(default=1.0, ge=0)
    provider_kinds: dict[str, ProviderKind] = Field(default_factory=dict)
    fee_schedule: str = ""

    @field_validator("accept_on")
    @classmethod
    def _known_marks(cls, marks: tuple[str, ...]) -> tuple[str, ...]:
        for mark in marks:
            if not _MARK.fullmatch(mark):
                raise ValueError(f"{mark!r} is no mark; use signed, planned, priority:Name or patfield:Name=Value")
        if not marks:
            raise ValueError("name at least one mark, for example [signed]")
        return marks
