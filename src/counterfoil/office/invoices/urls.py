"""The routes of invoices, below `/office/<organization>/invoices/`."""

from django.urls import path

from . import acts, credit, editor, index, links, show

INVOICE = "<int:invoice_id>/"

urlpatterns = [
    path("", index.index, name="invoices"),
    path("new/", editor.new, name="invoice_new"),
    path(INVOICE, show.show, name="invoice"),
    path(f"{INVOICE}edit/", editor.edit, name="invoice_edit"),
    path(f"{INVOICE}pdf/", show.pdf, name="invoice_pdf"),
    path(f"{INVOICE}revisions/<int:number>/", show.revision, name="invoice_revision"),
    path(f"{INVOICE}credits/", credit.apply, name="invoice_credits"),
    path(f"{INVOICE}sending/", acts.send, name="invoice_send"),
    path(f"{INVOICE}issue/", acts.mark_as_sent, name="invoice_mark_as_sent"),
    path(f"{INVOICE}void/", acts.void, name="invoice_void"),
    path(f"{INVOICE}reinstatement/", acts.reinstate, name="invoice_reinstate"),
    path(f"{INVOICE}write-off/", acts.write_off, name="invoice_write_off"),
    path(f"{INVOICE}write-off/undoing/", acts.undo_write_off, name="invoice_undo_write_off"),
    path(f"{INVOICE}collecting/", acts.collect_again, name="invoice_collect_again"),
    path(f"{INVOICE}links/<int:link_id>/revocation/", links.revoke, name="invoice_link_revoke"),
    path(f"{INVOICE}deletion/", acts.delete, name="invoice_delete"),
]
