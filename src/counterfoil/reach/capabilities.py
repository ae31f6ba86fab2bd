"""What each role may do. A capability is "noun.verb"; a role has it by name or by the noun's or verb's pattern."""

from fnmatch import fnmatchcase

ROLES: dict[str, tuple[str, ...]] = {
    "owner": ("*",),
    "staff": (
        "*.read",
        "customers.*",
        "quotes.*",
        "sales_orders.*",
        "invoices.*",
        "recurring_invoices.*",
        "retainer_invoices.*",
        "credit_notes.*",
        "projects.*",
        "time.*",
        "approvals.*",
        "items.*",
        "payments.*",
        "statements.*",
        "comments.*",
        "reviews.*",
        "files.*",
        "mails.*",
        "own.*",
    ),
    "timesheet": ("home.read", "time.read", "time.log", "own.*"),  # their own; home leads them to it
    "viewer": (
        "home.read",
        "customers.read",
        "quotes.read",
        "sales_orders.read",
        "invoices.read",
        "recurring_invoices.read",
        "retainer_invoices.read",
        "credit_notes.read",
        "projects.read",
        "time.read",
        "approvals.read",
        "items.read",
        "payments.read",
        "statements.read",
        "reports.read",
        "files.read",
        "mails.read",
        "own.*",
    ),
}
# What staff may read everywhere does not include how the business is set up.
WITHHELD: dict[str, tuple[str, ...]] = {"staff": ("settings.*", "staff.*")}

# What a mailed link is good for, at the routes that are marked for it.
LINK = (
    "quotes.read",
    "sales_orders.read",
    "invoices.read",
    "retainer_invoices.read",
    "invoices.pay",
    "payments.read",
    "files.read",
)
CONTACT = (
    "home.read",
    "quotes.read",
    "quotes.decide",
    "sales_orders.read",
    "invoices.read",
    "invoices.pay",
    "retainer_invoices.read",
    "payments.read",
    "credit_notes.read",
    "projects.read",
    "approvals.read",
    "approvals.decide",
    "statements.read",
    "comments.add",
    "details.edit",
    "messages.send",
    "reviews.write",
    "files.*",
    "documents.forward",
    "own.*",
)


def role_may(role: str, capability: str) -> bool:
    """Whether a staff role includes a capability."""
    if any(fnmatchcase(capability, pattern) for pattern in WITHHELD.get(role, ())):
        return False
    return any(fnmatchcase(capability, pattern) for pattern in ROLES.get(role, ()))


def contact_may(capability: str) -> bool:
    """Whether a contact person with access has a capability in their portal."""
    return any(fnmatchcase(capability, pattern) for pattern in CONTACT)


def link_may(capability: str) -> bool:
    """Whether who came by a mailed link has a capability, for what that link opens."""
    return capability in LINK
