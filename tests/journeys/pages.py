"""People at their browsers: what a journey says in words, in one place in selectors."""

import re
from datetime import datetime

from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page

from patients.centres.models import User
from patients.management.demonstration.network import PASSWORD
from patients.pathway.models import Pathway
from tests.network import session_key

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


class Person:
    """Somebody with a browser of their own, logged in as themselves until the journey ends.

    `types`: they log in at the page of log-in, as everybody does in the thin way; else they already had.
    """

    def __init__(
        self, browser: Browser, address: str, email: str, *, language: str = "it", window: dict = DESK, types=False
    ):
        self.user = User.objects.get(email=email)
        self.address = address
        self.context: BrowserContext = browser.new_context(viewport=window, locale="it-IT", timezone_id="Europe/Rome")
        self.context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.broken: list[str] = []
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on("console", self._note)
        if types:
            self._log_in(email)
        else:
            self.context.add_cookies([{"name": "sessionid", "value": session_key(self.user), "url": address}])
            self.page.goto(address)

    def _note(self, message) -> None:
        """A refused form answers 422: the browser says so, and that is no fault."""
        if message.type == "error" and "422" not in message.text:
            self.broken.append(message.text)

    def _log_in(self, email: str) -> None:
        self.page.goto(f"{self.address}/account/login/")
        self.page.fill('input[name="login"]', email)
        self.page.fill('input[name="password"]', PASSWORD)
        with self.page.expect_navigation():
            self.page.press('input[name="password"]', "Enter")
        assert "/account/login/" not in self.page.url, self.page.inner_text("main")

    # ── going ────────────────────────────────────────────────────────────────────────────────────────────────────

    def opens(self, name: str, *args) -> "Person":
        """Go to a page by its URL name; it must answer."""
        answer = self.page.goto(self.address + reverse(name, args=args))
        assert answer.status == 200, (name, answer.status, self.page.inner_text("body")[:300])
        return self

    def follows(self, words: str) -> "Person":
        """Follow the link with these words."""
        self.page.get_by_role("link", name=words).first.click()
        self.page.wait_for_load_state()
        return self

    @property
    def reads(self) -> str:
        """What stands on the page, in one line."""
        return re.sub(r"\s+", " ", self.page.inner_text("body"))

    # ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────

    def fills(self, **answers) -> "Person":
        """Answer fields by name: text, tiles, several (a list), one tick (True), moments (a datetime) and days."""
        for name, answer in answers.items():
            if isinstance(answer, datetime):
                self._write(f"{name}_day", f"{answer:%d/%m/%Y}")
                self._write(f"{name}_time", f"{answer:%H:%M}")
            elif answer is True:
                self._tick(self.page.locator(f'main input[name="{name}"]'), name)
            elif isinstance(answer, list):
                for one in answer:
                    self._choose(name, one)
            else:
                self._answer(name, answer if isinstance(answer, str) else f"{answer:%d/%m/%Y}")
        return self

    def _answer(self, name: str, answer: str) -> None:
        kind = self.page.locator(f'[name="{name}"]').first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            self._choose(name, answer)
        else:
            self._write(name, answer)

    def _write(self, name: str, answer: str) -> None:
        field = self.page.locator(f'main [name="{name}"]')
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(answer)
        else:
            field.fill(answer)

    def _choose(self, name: str, value: str) -> None:
        self._tick(self.page.locator(f'main input[name="{name}"][value="{value}"]'), (name, value))

    def _tick(self, tile, said) -> None:
        self._open_part_of(tile)
        if not tile.is_checked():
            tile.locator("xpath=ancestor::label").click()  # waits until nothing lies over it, as a finger does
        assert tile.is_checked(), said

    def _open_part_of(self, tile) -> None:
        """A tile in a folded part of the page is reached by unfolding it, as a person does."""
        folded = tile.locator("xpath=ancestor::details[not(@open)]")
        while folded.count():  # the outermost first
            folded.first.locator("xpath=./summary").click()

    def sends(self, button: str = 'main form button.btn-primary[type="submit"]') -> "Person":
        """Press the blue button; the form must be taken."""
        refused = self.tries(button)
        assert not refused, refused
        return self

    def tries(self, button: str = 'main form button.btn-primary[type="submit"]') -> list[str]:
        """Press the blue button; what the page then says is wrong."""
        with self.page.expect_response(
            lambda answer: (
                answer.request.method == "POST"
                and "lugano" not in answer.url
                and "preview" not in answer.url
                and "code" not in answer.url
            )
        ) as taken:
            self.page.locator(button).first.click()
        self.page.wait_for_load_state()
        if taken.value.status < 400:
            return []
        found = self.page.locator(".cp-error, .cp-form-errors, .cp-form-state").all_inner_texts()
        return found or [f"{taken.value.status}: {self.reads[:400]}"]

    @property
    def sideways(self) -> bool:
        """Whether the page scrolls sideways."""
        return self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def only_pathway() -> Pathway:
    """The one course of a journey, as it stands now."""
    return Pathway.objects.select_related("patient", "hub").get()
