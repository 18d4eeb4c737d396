"""The editor's script and the icon: files of ours under addresses that change with their content."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Response

_HERE = Path(__file__).parent
_KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True)
class Kept:
    text: str
    media_type: str
    href: str


def _kept(name: str, media_type: str) -> Kept:
    text = (_HERE / name).read_text("utf-8")
    stem, _, ending = name.partition(".")
    return Kept(text, media_type, f"/console/{stem}-{sha256(text.encode()).hexdigest()[:12]}.{ending}")


SCRIPT = _kept("editor.js", "text/javascript")
ICON = _kept("icon.svg", "image/svg+xml")

routes = APIRouter()


def _serve(kept: Kept) -> Callable[[], Response]:
    return lambda: Response(kept.text, media_type=kept.media_type, headers=_KEPT)


for _each in (SCRIPT, ICON):
    routes.add_api_route(_each.href, _serve(_each), methods=["GET"], include_in_schema=False)
