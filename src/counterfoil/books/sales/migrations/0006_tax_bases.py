"""Tells each leg of tax that is there already what it was worked out on, from the invoice that it belongs to."""

from django.db import migrations


def base_of(leg, invoice, revisions):
    """From the revision with that tax, else from the invoice as it is."""
    for taxes in [*revisions, invoice.taxes]:
        for tax in taxes:
            for part in tax["components"]:
                if part["rate_id"] == leg.tax_rate_id and part["tax_minor"] == abs(leg.minor):
                    return tax["base_minor"] if leg.minor > 0 else -tax["base_minor"]
    return None


def fill(apps, schema_editor):
    Leg, Invoice = apps.get_model("ledger", "Leg"), apps.get_model("sales", "Invoice")
    Revision = apps.get_model("sales", "InvoiceRevision")
    legs = Leg._base_manager.filter(account="tax", base_minor__isnull=True, document_kind="invoice")
    for leg in legs.iterator():
        invoice = Invoice._base_manager.get(pk=leg.document_id)
        kept = Revision._base_manager.filter(invoice_id=invoice.pk).values_list("content", flat=True)
        base = base_of(leg, invoice, [content["taxes"] for content in kept])
        Leg._base_manager.filter(pk=leg.pk).update(base_minor=base)


class Migration(migrations.Migration):
    dependencies = [("sales", "0005_opening_balance"), ("ledger", "0004_tax_bases")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
