"""Small forms, read with care: plain fields only, and few of them."""

from urllib.parse import parse_qsl

from fastapi import HTTPException, Request

_MOST_BYTES = 20_000
_MOST_FIELDS = 40


async def fields(request: Request) -> dict[str, str]:
    """The fields of a form, trimmed. Raises 413 or 400 for what no form of ours sends."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, "this form is too long")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as broken:
        raise HTTPException(400, "this is no form of ours") from broken
    return {name: value.strip() for name, value in pairs}
