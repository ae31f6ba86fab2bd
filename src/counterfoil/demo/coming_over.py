"""Files from Zoho Books: one that was imported, and one that waits with a line in the way."""

from datetime import timedelta
from typing import TYPE_CHECKING

from counterfoil.books.organizations.models import StaffMember
from counterfoil.imports import imports
from counterfoil.outbound import batches

from .talking import MAJA

if TYPE_CHECKING:
    from .history import Story

ITEMS = """Item ID,Item Name,Rate,Description,Usage unit,Status
46012000000031,Frame in oak,GBP 85.00,"For posters up to A2, with glass",,Active
46012000000032,Banner,GBP 140.00,"Two metres, with eyelets",,Active
46012000000033,Delivery by van,GBP 1.10,Per mile from Whitby,mile,Active
"""
CONTACTS = """Display Name,First Name,Last Name,EmailID,Currency Code,Payment Terms,Billing City,Contact ID,Website
Kettlewell Cycles,Joan,Kettlewell,joan@kettlewell.test,GBP,30,Malton,46012000000101,kettlewell.test
Sandsend Surf School,Theo,Marsh,theo@sandsend,GBP,14,Sandsend,46012000000102,
Goathland Tea Room,Ivy,Boyes,ivy@goathland.test,GBP,30,Goathland,46012000000103,
"""


def plan(story: "Story") -> None:
    """Have the one imported a while ago, and the other uploaded lately."""
    story.at(story.today - timedelta(days=30), lambda: _upload(story, "items", "Item.csv", ITEMS))
    story.at(story.today - timedelta(days=2), lambda: _upload(story, "contacts", "Contacts.csv", CONTACTS))


def _upload(story: "Story", kind: str, name: str, text: str) -> None:
    owner, by = StaffMember.objects.get(organization=story.made.organization, email=MAJA), story.made.owner
    organization, content = story.made.organization, text.encode()
    made = imports.begin(organization, kind, name, content, by=by, owner=owner, language="en", making_key=name)
    batches.run_due()
    made.refresh_from_db()
    if made.found["can_start"]:
        imports.start(made, by=by, owner=owner, checks=made.checks)
        batches.run_due()
