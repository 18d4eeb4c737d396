"""What can go wrong at a vendor, as a closed set. Messages carry ids only, never a vendor's body."""


class ConnectorError(Exception):
    """Base of the closed set. ``retryable`` says whether the same call may succeed later."""

    retryable = False

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class AuthFailed(ConnectorError):
    """The vendor does not accept our key."""


class PermissionDenied(ConnectorError):
    """The key is good but may not do this."""


class NotFound(ConnectorError):
    """The row is not there."""


class Conflict(ConnectorError):
    """The vendor refused because of its present state (slot taken, idempotency mismatch)."""


class InvalidRequest(ConnectorError):
    """The vendor says our request is wrong; a retry cannot help."""


class Unsupported(ConnectorError):
    """This vendor cannot do this; the manifest says so and a fallback exists."""


class RateLimited(ConnectorError):
    """Too many requests; ``retry_after`` in seconds."""

    retryable = True

    def __init__(self, message: str, *, retry_after: float = 1.0, code: str = "") -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class Unavailable(ConnectorError):
    """The vendor is down or the way to it is; nothing was done."""

    retryable = True


class Ambiguous(ConnectorError):
    """The request may have been carried out: look before any retry. Not retried blindly."""


class Declined(ConnectorError):
    """A card was declined or needs its owner; ``code`` is the vendor's decline code."""


ABOUT_THIS_ROW = (NotFound, Conflict, InvalidRequest, Unsupported)
"""The vendor is well and refuses this one row: the next one may go well, so a queue goes on."""
