"""Who acts. One type for a contact person, a staff member, a link and the system itself."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from .refusal import Refused

Kind = Literal["contact", "staff", "link", "system"]


@dataclass(frozen=True)
class Actor:
    """Somebody who does something, as the event log remembers them.

    `id` is that of the contact person or staff member; `name` is kept so that history stays readable when they are
    gone; `address` is the network address they came from; `reason` is why an owner goes past a rule that holds for
    everybody else. Who came by a mailed link (`link_id`) is nobody known: they go by the person it was mailed to.
    """

    kind: Kind
    id: int | None = None
    name: str = ""
    organization_id: int | None = None
    customer_id: int | None = None
    role: str = ""
    address: str = ""
    reason: str = ""
    link_id: int | None = None

    @property
    def reference(self) -> str:
        """Which one this is, among all who act: "staff:17". Who came by a link is not the person it was mailed to."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"

    def must_act_for(self, customer_id: int, *, organization_id: int) -> None:
        """Refuse (NOT_YOURS) unless this actor may act in that customer's name: the customer's own or the office."""
        own = self.kind in ("contact", "link") and self.customer_id == customer_id
        office = self.kind == "staff" and self.organization_id == organization_id and self.role in ("owner", "staff")
        if not (own or office or self.kind == "system"):
            raise Refused("NOT_YOURS", _("You can't do this for this customer."))

    def must_be_staff_of(self, organization_id: int, *roles: str) -> None:
        """Refuse (NOT_ALLOWED) unless this is staff of that organization in one of the roles (owner or staff)."""
        allowed = roles or ("owner", "staff")
        if self.kind == "system":
            return
        if self.kind != "staff" or self.organization_id != organization_id or self.role not in allowed:
            raise Refused("NOT_ALLOWED", _("Your role doesn't allow this. Ask an owner."))

    def as_json(self) -> dict[str, Any]:
        """What the event log stores."""
        return {key: value for key, value in asdict(self).items() if value not in (None, "")}


SYSTEM = Actor(kind="system", name="Counterfoil")


def actor_from(stored: dict[str, Any]) -> Actor:
    """The actor that `as_json` described."""
    return Actor(**stored)
