"""Settings: environment variables ``CHAIRTIME_*``, read once at start."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """A setting is wrong; the message says which, what and how to mend it."""


class Settings(BaseSettings):
    """Everything a process of ours may be told from outside.

    ``public_url``: the address patients and vendors reach the web app at; unset: loopback with the web port.
    ``temporal_address`` unset: an embedded server is started; ``database_url`` unset: SQLite in ``home``.
    """

    model_config = SettingsConfigDict(env_prefix="CHAIRTIME_", frozen=True, extra="ignore")

    home: Path = Path(".chairtime")
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8700, ge=1, le=65535)
    sandbox_port: int = Field(default=8701, ge=1, le=65535)
    public_url: str = ""
    temporal_address: str = ""
    temporal_namespace: str = "default"
    temporal_tls: bool = False
    temporal_api_key: str = ""
    temporal_port: int = Field(default=8702, ge=1, le=65535)
    temporal_search_attributes: bool = True
    deployment: str = ""
    build_id: str = ""
    database_url: str = ""
    locations: Path | None = None
    rules: Path | None = None
    encryption_keys: str = ""
    log_level: str = "INFO"
    log_json: bool = False

    @property
    def url(self) -> str:
        return (self.public_url or f"http://127.0.0.1:{self.web_port}").rstrip("/")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.home / 'chairtime.db').resolve()}"

    @property
    def locations_folder(self) -> Path:
        return self.locations or self.home / "locations"

    @property
    def rules_folder(self) -> Path:
        """Without a folder of its own the practice uses the shipped rules."""
        return self.rules or self.home / "rules"


def read_settings() -> Settings:
    """Raises SettingsError naming every variable that is wrong."""
    try:
        return Settings()
    except ValidationError as wrong:
        lines = [
            f"CHAIRTIME_{'_'.join(str(part) for part in error['loc']).upper()}: {error['msg']} "
            f"(it is {error['input']!r})"
            for error in wrong.errors()
        ]
        raise SettingsError("these settings cannot be used:\n  " + "\n  ".join(lines)) from wrong
