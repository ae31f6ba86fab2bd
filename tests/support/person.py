"""A browser of somebody, at the real servers, without a browser's window."""

from dataclasses import dataclass, field
from typing import Any

import requests

from .attacks import Page
from .cast import PASSWORD, visitor


@dataclass
class Person:
    """Made with `signed_in`, on the database of the test, or with `at_the_door`, by typing the password."""

    site: Any
    session: requests.Session = field(default_factory=requests.Session)

    @classmethod
    def signed_in(cls, site: Any, row: Any) -> "Person":
        person = cls(site)
        person.session.cookies.set("sessionid", visitor(row).cookies["sessionid"].value)
        return person

    @classmethod
    def at_the_door(cls, site: Any, email: str, door: str) -> "Person":
        """Signed in at a door such as /portal/lindqvist-zhou/account/login/."""
        person = cls(site)
        answer = person.send(door, person.form(door) | {"login": email, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return person

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.site.url + path, timeout=60)

    def form(self, path: str, action: str = "") -> dict[str, Any]:
        """The fields of a form on a page, with what is in them."""
        forms = Page(self.get(path).text).forms
        (found,) = [form for form in forms if form.method == "post" and (form.action or path) == (action or path)]
        return found.values

    def token(self, path: str) -> str:
        """What every form of this person carries, read from some page that has a form."""
        forms = Page(self.get(path).text).forms
        return str(next(form.values["csrfmiddlewaretoken"] for form in forms if "csrfmiddlewaretoken" in form.values))

    def send(self, path: str, values: dict[str, Any]) -> requests.Response:
        headers = {"Referer": self.site.url + path, "Origin": self.site.url}
        return self.session.post(self.site.url + path, data=values, headers=headers, timeout=60, allow_redirects=False)
