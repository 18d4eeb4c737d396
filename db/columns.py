"""Column types that tables share. Instants need none: sqlmodel keeps ``datetime`` aware and in UTC, or refuses it."""

from typing import Annotated, Any

from sqlalchemy import JSON
from sqlmodel import Field

JsonObject = Annotated[dict[str, Any], Field(sa_type=JSON)]
MaybeJsonObject = Annotated[dict[str, Any] | None, Field(sa_type=JSON(none_as_null=True))]
JsonList = Annotated[list[Any], Field(sa_type=JSON)]
