"""Files as Zoho Books exports them, and the way of one through the worker."""

import csv
import io
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.cast import Cast, actor


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


CONTACTS = _names("""
    Created Time,Last Modified Time,Display Name,Company Name,Salutation,First Name,Last Name,Phone,Currency Code,
    Notes,Website,Status,Opening Balance,Credit Limit,Customer Sub Type,Billing Attention,Billing Address,
    Billing Street2,Billing City,Billing State,Billing Country,Billing Code,Billing Phone,Billing Fax,
    Shipping Attention,Shipping Address,Shipping Street2,Shipping City,Shipping State,Shipping Country,Shipping Code,
    Shipping Phone,Skype Identity,Facebook,Twitter,Department,Designation,Price List,Payment Terms,
    Payment Terms Label,Last Sync Time,Owner Name,EmailID,MobilePhone,Contact ID,Primary Contact ID,Contact Type
""")
INVOICES = _names("""
    Invoice Date,Invoice ID,Invoice Number,Estimate Number,Invoice Status,Customer Name,Customer ID,Due Date,
    PurchaseOrder,Currency Code,Exchange Rate,Discount Type,Is Discount Before Tax,Entity Discount Percent,
    Entity Discount Amount,Item Name,Item Desc,Quantity,Discount,Discount Amount,Item Total,Usage unit,Item Price,
    Is Inclusive Tax,Item Tax,Item Tax %,Item Tax Amount,SubTotal,Total,Balance,Shipping Charge,
    Adjustment,Adjustment Description,Round Off,Notes,Terms & Conditions,Template Name,Sales person
""")
QUOTES = [one.replace("Invoice", "Quote") for one in INVOICES if one not in ("Due Date", "Balance")] + ["Expiry Date"]
PAYMENTS = _names("""
    Payment Number,CustomerPayment ID,Mode,CustomerID,Description,Exchange Rate,Amount,Unused Amount,Bank Charges,
    Reference Number,Currency Code,Payment Number Prefix,Payment Number Suffix,Customer Name,Payment Type,Date,
    Deposit To,InvoicePayment ID,Invoice Amount,Amount Applied to Invoice,Invoice Number
""")


def csv_of(rows: Sequence[Mapping[str, Any]], header: Sequence[str] = (), *, encoding: str = "utf-8") -> bytes:
    """The rows under a header, or under all names that they have."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header or list(dict.fromkeys(name for row in rows for name in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def upload(cast: Cast, kind: str, content: bytes, *, person: Any = None, key: str = "", name: str = "") -> Any:
    """An import that the worker has checked."""
    from counterfoil.imports import imports

    person = person or cast.olga
    made = imports.begin(
        person.organization,
        kind,
        name or f"{kind}.csv",
        content,
        by=actor(person),
        owner=person,
        language="en",
        making_key=key or secrets.token_urlsafe(16),
    )
    return worked(made)


def bring(cast: Cast, kind: str, content: bytes, *, person: Any = None) -> Any:
    """An import that was checked and, if nothing is in the way, written."""
    made = upload(cast, kind, content, person=person)
    return start(cast, made, person=person) if made.found.get("can_start") else made


def start(cast: Cast, made: Any, *, person: Any = None) -> Any:
    from counterfoil.imports import imports

    person = person or cast.olga
    return worked(imports.start(made, by=actor(person), owner=person, checks=made.checks))


def read_otherwise(cast: Cast, made: Any, mapped: Mapping[str, int], **options: str) -> Any:
    from counterfoil.imports import imports

    return worked(imports.read_otherwise(made, mapped, options, by=cast.by_olga, owner=cast.olga, checks=made.checks))


def worked(made: Any) -> Any:
    """The same import after the worker had its turn."""
    from counterfoil.outbound import batches

    while batches.run_due():
        pass
    made.refresh_from_db()
    return made


def sentences(made: Any) -> list[str]:
    """What is in the way, as "line: sentence"."""
    return [f"{line}: {sentence}" for line, _column, sentence in made.found["problems"]]


def contact(name: str, **more: str) -> dict[str, str]:
    return {"Display Name": name, "Currency Code": "GBP", "Contact Type": "customer"} | more


def invoice(number: str, customer: str, total: str, **more: str) -> dict[str, str]:
    """One line of one invoice."""
    return {
        "Invoice Number": number,
        "Invoice ID": f"46{number}",
        "Invoice Date": "2026-03-04",
        "Due Date": "2026-04-03",
        "Invoice Status": "Sent",
        "Customer Name": customer,
        "Currency Code": "GBP",
        "Item Name": "Menu boards",
        "Quantity": "1.00",
        "Item Price": total,
        "SubTotal": total,
        "Total": total,
        "Balance": total,
    } | more


def payment(number: str, customer: str, amount: str, used_for: str = "", **more: str) -> dict[str, str]:
    """A payment that was used for one invoice, or for none."""
    return {
        "Payment Number": number,
        "CustomerPayment ID": f"77{number}",
        "Mode": "Bank Transfer",
        "Customer Name": customer,
        "Currency Code": "GBP",
        "Amount": amount,
        "Unused Amount": "0.00" if used_for else amount,
        "Bank Charges": "0.00",
        "Date": "2026-03-20",
        "Invoice Number": used_for,
        "Amount Applied to Invoice": amount if used_for else "",
    } | more
