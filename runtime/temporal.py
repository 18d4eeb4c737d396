"""The Temporal client, its converter, and the sandbox that workflows run in."""

import dataclasses

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from runtime.codec import EncryptionCodec, Keyring
from runtime.settings import Settings

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


def workflow_runner() -> SandboxedWorkflowRunner:
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=restrictions)
