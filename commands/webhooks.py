"""`chairtime webhooks`: where each location's vendors are to call us, and asking the PMS to do so."""

import json
from typing import Annotated, Any

import typer

from domain.location import Location
from runtime.settings import read_settings
from web.webhooks.opendental import event_path
from wiring import Parts, build_parts


def webhooks(
    subscribe: Annotated[bool, typer.Option("--subscribe", help="Ask each PMS to call; may be repeated.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Print the addresses to enter at Twilio and Stripe; the PMS is asked with --subscribe. Polling works without."""
    parts = build_parts(read_settings())
    rows = [_addresses(parts, location) for location in parts.locations.all()]
    if subscribe:
        for location in parts.locations.all():
            parts.vendors.pms(location.key).subscribe(parts.settings.url + _pms_path(parts, location))
    if as_json:
        typer.echo(json.dumps({"webhooks": rows, "subscribed": subscribe}))
        return
    for row in rows:
        typer.echo(
            f"{row['location']}\n  Twilio, incoming messages  {row['messaging']}\n  Stripe, events  {row['payments']}"
        )
    typer.echo("every PMS was asked to call us" if subscribe else "the PMS: `chairtime webhooks --subscribe`", err=True)


def _addresses(parts: Parts, location: Location) -> dict[str, Any]:
    """The PMS's own address holds a token made of its key, so it is not printed."""
    base = parts.settings.url
    return {
        "location": location.key,
        "messaging": f"{base}/webhooks/twilio/inbound/{location.key}",
        "payments": f"{base}/webhooks/stripe/{location.key}",
    }


def _pms_path(parts: Parts, location: Location) -> str:
    return event_path(location.key, parts.vendors.secret(location.key, "pms", "customer_key"))
