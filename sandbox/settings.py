"""What one run of the sandbox practice is told at the start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

DEFAULT_PORT = 8701
DEVELOPER_KEY = "SandboxDeveloperKey"
TWILIO_ACCOUNT_SID = "AC5a4d0b0c0000000000000000000000aa"
TWILIO_AUTH_TOKEN = "sandbox-twilio-auth-token"
STRIPE_SECRET_KEY = "sk_test_sandbox_chairtime"
STRIPE_WEBHOOK_SECRET = "whsec_sandbox_chairtime"


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Everything that a run depends on; two runs with equal settings and a manual clock behave alike.

    `home` holds the one database file; an existing file is carried on with, not rebuilt.
    `at` is where a manual clock starts, and the day that a new practice is generated around.
    `life_seconds` makes a waiting plan be signed every so many seconds; None leaves the practice still.
    The credentials are stand-ins: they open nothing but this process.
    """

    home: Path
    port: int = DEFAULT_PORT
    seed: int = 1
    manual_clock: bool = False
    at: datetime | None = None
    life_seconds: float | None = None
    developer_key: str = DEVELOPER_KEY
    twilio_account_sid: str = TWILIO_ACCOUNT_SID
    twilio_auth_token: str = TWILIO_AUTH_TOKEN
    stripe_secret_key: str = STRIPE_SECRET_KEY
    stripe_webhook_secret: str = STRIPE_WEBHOOK_SECRET

    @property
    def base_url(self) -> str:
        """Where the sandbox itself is reached, for links that it hands out."""
        return f"http://127.0.0.1:{self.port}"
