"""Documents: bytes kept with a patient, such as a signed agreement."""

from __future__ import annotations

import base64
import binascii

from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.resource import insert, parse_body
from sandbox.opendental.resources.people import DOCUMENTS, PATIENTS
from sandbox.opendental.resources.setup import DEFINITIONS
from sandbox.opendental.wire import bad


def upload(call: Call) -> Reply:
    """POST /documents/Upload: the file comes as base64."""
    extra = ("rawBase64", "extension", "ImgType", "PrintHeading")
    allowed = ("PatNum", "Description", "Note", "DateCreated", "DocCategory", "ToothNumbers", "ProvNum")
    values = parse_body(
        DOCUMENTS, call.body, allowed=allowed, required=("PatNum", "rawBase64", "extension"), extra=extra
    )
    call.check(PATIENTS, "PatNum", values["PatNum"])
    if values.get("DocCategory"):
        call.check(DEFINITIONS, "DocCategory", values["DocCategory"])
    content, extension, *_ = (values.pop(name, "") for name in extra)
    data = _decoded(content)
    defaults = {"DateCreated": call.local_now, "DateTStamp": call.local_now}
    number = insert(call.store, DOCUMENTS, call.office.number, defaults | values)
    path = f"OpenDentImages/{values['PatNum']}/{number}{extension}"
    call.store.execute("UPDATE document SET filePath = ? WHERE DocNum = ?", (path, number))
    call.store.execute("INSERT INTO document_bytes (DocNum, Bytes) VALUES (?, ?)", (number, data))
    return call.made(DOCUMENTS, number)


def _decoded(content: object) -> bytes:
    try:
        return base64.b64decode(str(content), validate=True)
    except binascii.Error:
        raise bad("rawBase64 is invalid: it is not base64.") from None


ENDPOINTS = (Endpoint("POST", "/documents/Upload", upload),)
