"""How often somebody presses something, as the browser itself counts it, so that no test forgets one."""

import base64
from email.message import EmailMessage
from typing import Any

from playwright.sync_api import Page

COUNTS = """
    addEventListener("pointerdown", ({ target }) => pressed(target.textContent.trim().slice(0, 40)), true);
    addEventListener("keydown", (event) => event.key === "Enter" && pressed("Enter"), true);
    addEventListener("change", (event) => event.target.matches("select") && pressed("a choice from a list"), true);
"""


class Presses:
    """Each press of a button, a link or Enter, and each choice from a list, in whatever page or frame; not typing."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.all: list[str] = []
        page.context.expose_binding("pressed", lambda _source, what: self.all.append(what))
        page.context.add_init_script(COUNTS)

    @property
    def count(self) -> int:
        return len(self.all)

    def read(self, mail: EmailMessage) -> None:
        """The mail as a program shows it that knows nothing of us."""
        html: Any = mail.get_body(("html",))
        content = base64.b64encode(html.get_content().encode()).decode()
        self.page.goto(f"data:text/html;charset=utf-8;base64,{content}")
