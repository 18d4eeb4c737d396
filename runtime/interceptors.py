"""The one place where a vendor's error becomes Temporal's: retry or not, and when."""

from datetime import timedelta
from typing import Any

from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from connectors.errors import Ambiguous, ConnectorError, RateLimited


class TranslateErrors(Interceptor):
    """Gives every activity the translation below."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Translator(next)


class _Translator(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        try:
            return await self.next.execute_activity(input)
        except ConnectorError as fault:
            raise translated(fault) from None


def translated(fault: ConnectorError) -> ApplicationError:
    """Retryable as the error says. An ambiguous write is retried too: every activity looks before it acts."""
    retryable = fault.retryable or isinstance(fault, Ambiguous)
    delay = timedelta(seconds=fault.retry_after) if isinstance(fault, RateLimited) else None
    return ApplicationError(str(fault), type=type(fault).__name__, non_retryable=not retryable, next_retry_delay=delay)
