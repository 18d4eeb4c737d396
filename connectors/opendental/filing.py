"""Files in the patient's chart, and the office's subscriptions to change events."""

import base64

from connectors.base import DocumentDraft
from connectors.opendental import values
from connectors.opendental.client import made_row
from connectors.opendental.office import DOCUMENT_CATEGORIES, Office, has_tag, tagged
from connectors.opendental.values import ident, text

WATCHED = ("Appointment", "AppointmentDeleted", "PatField", "Schedule", "Patient")
"""Tables whose changes matter to us; there is no treatment-plan event (Open Dental 25.3)."""


class Filing:
    def __init__(self, office: Office) -> None:
        self._office = office

    def file_document(self, draft: DocumentDraft) -> str:
        patient = values.number(draft.patient_id)
        for row in self._office.client.rows("/documents", PatNum=patient):
            if has_tag(text(row, "Description"), draft.tag):
                return ident(row.get("DocNum"))
        category = self._office.options.document_category
        number = self._office.definition(DOCUMENT_CATEGORIES, category, "document_category") if category else ""
        body = {
            "PatNum": patient,
            "rawBase64": base64.b64encode(draft.content).decode("ascii"),
            "extension": draft.extension,
            "Description": tagged(draft.title, draft.tag),
            "DocCategory": values.number(number) if number else None,
        }
        return ident(made_row(self._office.client.post("/documents/Upload", body), "the document").get("DocNum"))

    def subscribe(self, url: str) -> None:
        """One subscription a table and address; those that are there stay."""
        rows = self._office.client.rows("/subscriptions")
        there = {text(row, "WatchTable") for row in rows if text(row, "EndPointUrl") == url}
        for table in WATCHED:
            if table not in there:
                self._office.client.post("/subscriptions", self._subscription(url, table))

    def _subscription(self, url: str, table: str) -> dict[str, object]:
        options = self._office.options
        return {
            "EndPointUrl": url,
            "WatchTable": table,
            "PollingSeconds": options.polling_seconds,
            "Workstation": options.workstation,
            "Note": "Chairtime",
        }
