"""Staff forms: plain fields; a rule file may be long, so more fits than into a patient's form."""

from urllib.parse import parse_qsl

from fastapi import HTTPException, Request

_MOST_BYTES = 1_000_000
_MOST_FIELDS = 300


async def fields(request: Request) -> dict[str, str]:
    """The fields of a form, with lines ending in one newline. Raises 413 or 400 for what no form of ours sends."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, "this form is too long")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as broken:
        raise HTTPException(400, "this is no form of ours") from broken
    # Browsers send the lines of a text area with CR LF, whatever the file had.
    return {name: value.replace("\r\n", "\n") for name, value in pairs}
