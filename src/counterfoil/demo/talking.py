"""What is said about the demo's documents and customers, by both sides; some of it the office's own."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from counterfoil.books.conversations import comments, messages, reviews
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations import staff
from counterfoil.books.organizations.models import StaffMember
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.actors import Actor

from .business import acting
from .people import BAKERY, YUNSHAN, Company

if TYPE_CHECKING:
    from .history import Story

MAJA, PER = "owner@demo.test", "staff@demo.test"


def plan(story: "Story") -> None:
    """Have it said on the days after what it is about."""
    _on_invoices(story)
    _on_customers(story)
    _from_customers(story)


def _on_invoices(story: "Story") -> None:
    def say(days_ago: int, order_number: str, who: str, text: str, *, shown: bool = False, tell: str = "") -> None:
        def step() -> None:
            invoice = Invoice.objects.get(organization=story.made.organization, order_number=order_number)
            by, mentions = _actor(story, who), _ids(story, tell)
            comments.add(invoice, text, by=by, shown=shown, mentions=mentions)

        story.at(story.today - timedelta(days=days_ago), step)

    ana, sam, wei = "ana@harbour.test", "sam@harbour.test", "wei@yunshan.test"
    asked = "Thank you, that is quicker than we hoped.\nCould the third illustration be the lighthouse? This one:"
    say(4, "HB-2290", ana, f"{asked} https://whitby-lights.test/photos/(west-pier)")
    say(4, "HB-2290", PER, "They had two free changes already. Is a third one on us?", tell=MAJA)
    say(3, "HB-2290", MAJA, "Yes, this once. I am telling them.")
    say(3, "HB-2290", MAJA, "The lighthouse it is, at no extra cost. You get a sketch on Thursday.", shown=True)
    say(1, "HB-2290", sam, "Lovely. We pay as soon as the sketch is here.")
    say(3, "YS-2026-31", wei, "海报可以再印三张吗？尺寸和上次一样，参考 https://yunshan.test/poster 。")
    say(2, "YS-2026-31", PER, "可以，下周二寄出，费用另开一张发票。", shown=True)


def _on_customers(story: "Story") -> None:
    def say(days_ago: int, company: Company, who: str, text: str, *, tell: str = "") -> None:
        def step() -> None:
            by, mentions = _actor(story, who), _ids(story, tell)
            comments.add(story.people[company.name], text, by=by, mentions=mentions)

        story.at(story.today - timedelta(days=days_ago), step)

    say(160, BAKERY, MAJA, "Ana decides, Sam pays. Always copy both.")
    say(30, BAKERY, PER, "They close in the second week of August: nothing is to be due then.")
    say(6, YUNSHAN, MAJA, "Write to Wei in Chinese.", tell=PER)


def _from_customers(story: "Story") -> None:
    """What they wrote to the studio, and what they think of it: one review is shown to all, one was just written."""

    def review(days_ago: int, who: str, text: str, stars: int | None, *, shown: bool = False) -> None:
        def step() -> None:
            by = _actor(story, who)
            written = reviews.submit(_customer(by), text, stars=stars, by=by)
            if shown:
                reviews.publish(written, by=story.made.owner)

        story.at(story.today - timedelta(days=days_ago), step)

    def write(days_ago: int, who: str, subject: str, text: str) -> None:
        def step() -> None:
            by = _actor(story, who)
            messages.send(_customer(by), subject=subject, text=text, by=by)

        story.at(story.today - timedelta(days=days_ago), step)

    review(45, "ana@harbour.test", "The letters on the van still turn heads, a year on.", 5, shown=True)
    review(20, "wei@yunshan.test", "沟通顺畅，交稿准时，海报的颜色比样张还好。", 5, shown=True)
    review(2, "sam@harbour.test", "Good work. The quotes could come a little sooner.", 4)
    write(2, "sam@harbour.test", "Delivery on Thursday", "Can the boards come before nine? We open at ten that day.")


def _customer(by: Actor) -> Customer:
    return Customer.objects.get(id=by.customer_id or 0)


def _actor(story: "Story", email: str) -> Actor:
    here = story.made.organization
    if member := StaffMember.objects.filter(organization=here, email=email).first():
        return staff.actor(member)
    return acting(ContactPerson.objects.filter(organization=here, email=email).order_by("id")[0])


def _ids(story: "Story", email: str) -> Sequence[int]:
    return [_actor(story, email).id or 0] if email else []
