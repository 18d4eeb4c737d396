"""The Temporal client, its converter, and the sandbox that workflows run in."""

import asyncio
import dataclasses

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.service import RPCError
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from runtime.codec import EncryptionCodec, Keyring
from runtime.processes import StartError
from runtime.settings import Settings

_PATIENCE_SECONDS = 10

PASSED_THROUGH = ("domain", "rules", "activities", "connectors", "workflows.contracts", "workflows.agenda")
"""Pure or never run inside a workflow; guarded by lint instead of the sandbox (see docs/decisions)."""


def converter(keyring: Keyring, namespace: str) -> DataConverter:
    """Pydantic payloads, encrypted, failures too. Client, worker, replayer and codec server all use this one."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptionCodec(keyring, namespace),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def keyring_of(settings: Settings) -> Keyring:
    return Keyring.parse(settings.encryption_keys) if settings.encryption_keys else Keyring.kept_in(settings.home)


async def connect(settings: Settings, address: str) -> Client:
    """A client for the server at ``address``."""
    return await Client.connect(
        address,
        namespace=settings.temporal_namespace,
        tls=settings.temporal_tls or bool(settings.temporal_api_key),
        api_key=settings.temporal_api_key or None,
        data_converter=converter(keyring_of(settings), settings.temporal_namespace),
    )


async def reach(settings: Settings) -> Client:
    """A client for a server that should be running already. Raises StartError saying how to mend it when it is not."""
    address = settings.temporal_address or f"127.0.0.1:{settings.temporal_port}"
    try:
        client = await asyncio.wait_for(connect(settings, address), _PATIENCE_SECONDS)
        await asyncio.wait_for(client.service_client.check_health(), _PATIENCE_SECONDS)
    except (RuntimeError, ValueError, RPCError, TimeoutError) as fault:
        reason = str(fault).partition(": tonic")[0].partition("\n")[0] or f"no answer in {_PATIENCE_SECONDS} s"
        raise StartError(
            f"Temporal at {address} cannot be reached ({reason}); start it (`chairtime up` brings its own), "
            "or check CHAIRTIME_TEMPORAL_ADDRESS, _TLS and _API_KEY"
        ) from fault
    return client


def workflow_runner() -> SandboxedWorkflowRunner:
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=restrictions)
