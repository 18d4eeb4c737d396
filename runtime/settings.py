"""Settings: environment variables ``CHAIRTIME_*``, read once at start."""

from pathlib import Path
from typing import Literal

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

    home: Path = Field(Path(".chairtime"), description="folder of the database, logs and keys")
    web_host: str = Field("127.0.0.1", description="address the web app listens at; 0.0.0.0 behind a proxy")
    web_port: int = Field(8700, ge=1, le=65535, description="port of the web app")
    sandbox_port: int = Field(8701, ge=1, le=65535, description="port of the practice in a box")
    public_url: str = Field("", description="https address that patients and vendors use; unset: loopback")
    temporal_address: str = Field("", description="host:port of a Temporal server; unset: `chairtime up` starts one")
    temporal_namespace: str = Field("default", description="namespace on that server")
    temporal_tls: bool = Field(False, description="speak TLS to Temporal")
    temporal_api_key: str = Field("", description="API key for Temporal Cloud")
    temporal_port: int = Field(8702, ge=1, le=65535, description="port of the embedded Temporal server")
    temporal_search_attributes: bool = Field(True, description="tag cases with ChairtimeLocation (must be registered)")
    deployment: str = Field("", description="worker deployment name; set: worker versioning is on")
    build_id: str = Field("", description="version of this worker within the deployment")
    database_url: str = Field("", description="postgresql://USER@HOST/NAME; unset: SQLite in the home")
    locations: Path | None = Field(None, description="folder of location files; unset: locations/ in the home")
    rules: Path | None = Field(None, description="folder of rule files; unset: the home's rules/, else the shipped")
    encryption_keys: str = Field("", description="id:base64key[,old keys], seals what Temporal stores; unset: a file")
    codec_port: int = Field(8703, ge=1, le=65535, description="port of `chairtime codec-server`")
    codec_ui_origin: str = Field("http://localhost:8233", description="the Temporal UI that may decode payloads")
    log_level: Literal["", "DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "", description="how much is logged; unset: WARNING in the foreground of `up`, else INFO"
    )
    log_json: bool = Field(False, description="log lines as JSON")

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
