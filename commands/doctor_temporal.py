"""``chairtime doctor``, Temporal: the embedded server's program, or a server of one's own and what it must know."""

from collections.abc import AsyncIterator
from datetime import timedelta

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, DescribeWorkerDeploymentRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from commands.findings import Finding, note, ok, wrong
from runtime.codec import KeyringError
from runtime.processes import StartError, is_listening, temporal_binary
from runtime.settings import Settings
from runtime.temporal import reach
from workflows.gateway import LOCATION

_RETENTION = timedelta(days=30)


async def check_temporal(settings: Settings) -> list[Finding]:
    """With an address: the server, its namespace, search attribute and retention. Without: the embedded program."""
    if settings.temporal_address:
        return await _server(settings, settings.temporal_address)
    port, address = settings.temporal_port, f"127.0.0.1:{settings.temporal_port}"
    if not is_listening(port):
        return [_embedded(), ok("port", str(port), "free for Temporal")]
    client = await _client(settings, address)
    if isinstance(client, Client):
        return [_embedded(), ok("port", str(port), "held by our own running Temporal")]
    mend = "Stop that program, or set CHAIRTIME_TEMPORAL_PORT to a free port."
    return [_embedded(), wrong("port", str(port), f"port {port} (Temporal) is taken by another program", mend)]


def _embedded() -> Finding:
    try:
        return ok("temporal", temporal_binary(), "the embedded server's program is there")
    except StartError as missing:
        return wrong("temporal", "temporal", str(missing))


async def _server(settings: Settings, address: str) -> list[Finding]:
    client = await _client(settings, address)
    if isinstance(client, Finding):
        return [client]
    try:
        return [ok("temporal", address, "answers"), *[found async for found in _known_there(settings, client)]]
    except RPCError as refused:
        return [wrong("temporal", address, f"refused: {refused.message}", "Check the API key and its rights.")]


async def _client(settings: Settings, address: str) -> Client | Finding:
    try:
        return await reach(settings)
    except (StartError, KeyringError) as fault:
        return wrong("temporal", address, str(fault))


async def _known_there(settings: Settings, client: Client) -> AsyncIterator[Finding]:
    found = await _namespace(client)
    yield found
    if found.status == "wrong":
        return
    if settings.temporal_search_attributes:
        yield await _search_attribute(client)
    if settings.deployment:
        yield await _current_version(settings, client)


async def _namespace(client: Client) -> Finding:
    name = client.namespace
    try:
        described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=name))
    except RPCError as refused:
        if refused.status is not RPCStatusCode.NOT_FOUND:
            raise
        mend = (
            f"Make it: temporal operator namespace create --retention 30d {name}; or set CHAIRTIME_TEMPORAL_NAMESPACE."
        )
        return wrong("temporal", name, "there is no such namespace", mend)
    kept = described.config.workflow_execution_retention_ttl.ToTimedelta()
    if kept >= _RETENTION:
        return ok("temporal", name, f"namespace, keeps closed cases for {kept.days} days")
    mend = f"Set it: temporal operator namespace update --retention {_RETENTION.days}d {name}."
    says = (
        f"the namespace keeps closed cases for {kept.days} days; a used case id must be refused for {_RETENTION.days}"
    )
    return note("temporal", name, says, mend)


async def _search_attribute(client: Client) -> Finding:
    try:
        request = ListSearchAttributesRequest(namespace=client.namespace)
        listed = await client.operator_service.list_search_attributes(request)
    except RPCError:
        return note("temporal", LOCATION.name, "cannot be looked up here", "Make sure that it is registered (Keyword).")
    if LOCATION.name in listed.custom_attributes:
        return ok("temporal", LOCATION.name, "search attribute is registered")
    mend = "Run deploy/prepare-temporal.sh, or set CHAIRTIME_TEMPORAL_SEARCH_ATTRIBUTES=false."
    return wrong("temporal", LOCATION.name, "the search attribute is not registered: no case could be started", mend)


async def _current_version(settings: Settings, client: Client) -> Finding:
    """Without a current version, workflows of a versioned worker wait for ever and nothing says so."""
    name, build = settings.deployment, settings.build_id
    mend = (
        "Run: temporal worker deployment set-current-version "
        f"--deployment-name {name} --build-id {build} --yes (deploy/kubernetes/README.md)."
    )
    request = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=name)
    try:
        described = await client.workflow_service.describe_worker_deployment(request)
    except RPCError as refused:
        if refused.status is not RPCStatusCode.NOT_FOUND:
            raise
        return note("temporal", name, "no worker of this deployment has connected yet", f"After its start: {mend}")
    current = described.worker_deployment_info.routing_config.current_deployment_version.build_id
    if not current:
        return wrong("temporal", name, "the deployment has no current version: no workflow would go on", mend)
    if current != build:
        return note("temporal", name, f"the current version is {current}, this one is {build}", mend)
    return ok("temporal", name, f"current version {current}")
