"""What can be wrong with the database itself, in words that say how to mend it."""

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError


class DatabaseProblem(Exception):
    """The database cannot be used; the message says which, why and what to do. It holds no password."""


def unreachable(url: str, cause: Exception) -> DatabaseProblem:
    reason = (str(cause).splitlines() or [type(cause).__name__])[0]
    return DatabaseProblem(
        f"cannot open the database {shown(url)}: {reason}; "
        "check CHAIRTIME_DATABASE_URL, that its server is running, or that its folder exists and may be written to"
    )


def shown(url: str) -> str:
    """The URL without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return repr(url.split("@")[-1])
