"""The codec server: shows the Temporal UI what payloads say. It decodes only, and answers this machine only.

The UI's page calls it from the operator's browser; until staff can sign in, loopback is the door. Protocol: POST
/decode with the JSON of ``temporal.api.common.v1.Payloads``, answered in the same shape (Temporal's remote codec).
"""

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import PlainTextResponse
from google.protobuf.json_format import MessageToJson, Parse, ParseError
from temporalio.api.common.v1 import Payloads
from temporalio.converter import PayloadCodec

from runtime.codec import KeyringError

HOST = "127.0.0.1"
_LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_MOST_BYTES = 20_000_000


def codec_app(codec: PayloadCodec, namespace: str, ui_origin: str) -> FastAPI:
    """``ui_origin``: the one page that browsers may let read the answers, for example http://localhost:8233."""
    app = FastAPI(title="Chairtime codec", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=[ui_origin],
        allow_methods=["POST"],
        allow_headers=["content-type", "x-namespace"],
    )

    @app.post("/decode")
    async def decode(request: Request) -> Response:
        """400 for what is no payload or opens with none of our keys; the reason never holds data."""
        if (request.url.hostname or "") not in _LOCAL_NAMES:
            return PlainTextResponse("open the codec server by the name localhost", 403)
        if request.headers.get("x-namespace", namespace) != namespace:
            return PlainTextResponse(f"this codec server knows the namespace {namespace} only", 400)
        body = await request.body()
        if len(body) > _MOST_BYTES:
            return PlainTextResponse(f"at most {_MOST_BYTES} bytes", 413)
        try:
            sealed = Parse(body, Payloads()).payloads
            opened = await codec.decode(sealed)
        except (ParseError, UnicodeDecodeError):
            return PlainTextResponse("this is not the JSON of Temporal payloads", 400)
        except KeyringError as fault:
            return PlainTextResponse(str(fault), 400)
        return Response(MessageToJson(Payloads(payloads=opened)), media_type="application/json")

    @app.get("/healthz")
    async def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok")

    return app
