"""Patients' forms: plain fields only, and few of them."""

from fastapi import Request

from web.site import form_fields

_MOST_BYTES = 20_000
_MOST_FIELDS = 40


async def fields(request: Request) -> dict[str, str]:
    """The fields of a form, trimmed. Raises 413 or 400 for what no form of ours sends."""
    given = await form_fields(request, _MOST_BYTES, _MOST_FIELDS)
    return {name: value.strip() for name, value in given.items()}
