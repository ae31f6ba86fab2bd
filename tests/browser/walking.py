"""Somebody with a browser, who finds things by the words of their language."""

import re
from typing import Any

from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from counterfoil.foundation.languages import speaking
from tests.support.till import CARD

LANGUAGES = {"sqlite": "en", "postgresql": "zh-Hans"}  # in which the long walks are walked


class Walker:
    """One person with a browser, who finds things by the words of their language."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.language = language

    def word(self, english: str, **values: Any) -> str:
        """The text of a page as this person reads it."""
        with speaking(self.language):
            return gettext(english) % values if values else gettext(english)

    def press(self, name: str, *, within: Any = None) -> None:
        button = (within or self.page).get_by_role("button", name=self.word(name), exact=True)
        button.first.click()

    def follow(self, name: str, *, within: Any = None) -> None:
        (within or self.page).get_by_role("link", name=self.word(name), exact=True).first.click()

    def write(self, label: str, text: str, *, within: Any = None) -> None:
        name = re.compile("^" + re.escape(self.word(label)))
        (within or self.page).get_by_label(name).first.fill(text)

    def choose(self, label: str, value: str) -> None:
        self.page.get_by_label(re.compile("^" + re.escape(self.word(label)))).first.select_option(value)

    def reads(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def dialog(self, title: str) -> Any:
        return self.page.get_by_role("dialog", name=self.word(title))

    def pays_by_card(self) -> None:
        """From the payment page to the receipt."""
        fields = self.page.locator(".inside:visible").frame_locator("iframe")
        fields.locator("#number").fill(CARD)
        fields.locator("#exp").fill("12 / 40")
        fields.locator("#cvc").fill("123")
        self.page.locator(".pay-button button").click()
        expect(self.page.get_by_role("link", name=self.word("Download PDF")).first).to_be_visible()
