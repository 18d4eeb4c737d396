"""A payer and a staff member at their pages, over real HTTP."""

import re
from dataclasses import dataclass
from typing import Any

import httpx

from tests.stack import Stack
from tests.workflows.plan_office import PlanStory

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)"[^>]* value="([^"]*)"')


@dataclass(frozen=True)
class Visitor:
    """A browser without script: keeps cookies, follows redirects to our own pages."""

    http: httpx.AsyncClient

    async def open(self, path: str) -> httpx.Response:
        return await self.http.get(path, follow_redirects=True)

    async def send(self, page: httpx.Response, action: str, *, follow: bool = True, **fields: Any) -> httpx.Response:
        """Send the form of that page whose address ends so; hidden fields go along."""
        forms = re.findall(r"<form\b[^>]*>.*?</form>", page.text, re.S)
        form = next(each for each in forms if re.search(rf'action="[^"]*{re.escape(action)}"', each))
        target = re.search(r'action="([^"]*)"', form)
        assert target is not None
        data = {**dict(_HIDDEN.findall(form)), **fields}
        return await self.http.post(target[1].replace("&amp;", "&"), data=data, follow_redirects=follow)


def payer(stack: Stack) -> Visitor:
    return Visitor(httpx.AsyncClient(base_url=stack.parts.settings.url, trust_env=False, timeout=30))


def staff(stack: Stack) -> Visitor:
    return payer(stack)


async def known_payer(stack: Stack, plan: PlanStory) -> tuple[Visitor, str]:
    """The payer on the plan's own link, having given the date of birth; the address of the link."""
    visitor = payer(stack)
    link = stack.parts.plans.page_links.address(plan.row)
    page = await visitor.open(link)
    born = plan.row.birthdate
    assert born is not None
    answer = await visitor.send(page, "/who", month=born.month, day=born.day, year=born.year)
    assert answer.status_code == 200, answer.text
    return visitor, link
