"""Tells a patient, once, that their deposit is on its way back; at a permitted hour, and without an amount."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.cases import CaseActivities, CheckInput
    from activities.courier import SendResult, Sent
    from activities.offers import NoticeInput, OfferActivities
    from activities.standing import Standing
    from workflows.contracts.refund_notice import RefundNews
    from workflows.options import PMS, VENDOR


@workflow.defn(name="RefundNotice")
class RefundNotice:
    """A workflow of its own, since it may have to wait for the morning and nobody should wait with it."""

    @workflow.run
    async def run(self, news: RefundNews) -> str:
        """What became of the text; a refusal is no reason to do anything about the money."""
        try:
            result = await self._tell(news)
            while result.sent is Sent.DEFERRED and result.until is not None:
                await workflow.sleep(max(result.until - workflow.now(), timedelta(seconds=1)))
                result = await self._tell(news)
        except ActivityError as refused:
            workflow.logger.warning("no text about the refund: %s", type(refused.cause).__name__)
            return "refused"
        return result.sent

    async def _tell(self, news: RefundNews) -> SendResult:
        """Not a word to the household of somebody who died or was dismissed."""
        check = CheckInput(case_id=news.case_id)
        found = await workflow.execute_activity_method(CaseActivities.check_case, check, **PMS)
        if found.standing is Standing.SILENT:
            return SendResult(sent=Sent.STALE, why=found.why)
        notice = NoticeInput(
            case_id=news.case_id,
            step=f"refund_{news.command_id}",
            template="refund_part_done" if news.part else "refund_done",
            answer=news.answer,
        )
        return await workflow.execute_activity_method(OfferActivities.send_notice, notice, **VENDOR)
