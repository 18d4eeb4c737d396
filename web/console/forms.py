"""Staff forms: plain fields; a rule file may be long, so more fits than into a patient's form."""

from fastapi import Request

from web.site import form_fields

_MOST_BYTES = 1_000_000
_MOST_FIELDS = 300


async def fields(request: Request) -> dict[str, str]:
    """The fields of a form, with lines ending in one newline. Raises 413 or 400 for what no form of ours sends."""
    given = await form_fields(request, _MOST_BYTES, _MOST_FIELDS)
    # Browsers send the lines of a text area with CR LF, whatever the file had.
    return {name: value.replace("\r\n", "\n") for name, value in given.items()}
