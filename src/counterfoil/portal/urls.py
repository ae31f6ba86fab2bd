"""The portal's routes. Each page family's views are in the module of its name."""

from django.urls import path

from counterfoil.reach import entrance, opening, unsubscribing
from counterfoil.reach.account import invitation

from . import (
    attachments,
    available_credits,
    batches,
    bell,
    cards,
    conversation,
    details,
    documents,
    files,
    forwarding,
    home,
    invoices,
    messages,
    own,
    payments,
    preferences,
    quotes,
    retainer_invoices,
    reviews,
    sales_orders,
    statements,
)
from .paying import attempts, pages

app_name = "portal"

CUSTOMER = "<slug:portal_name>/<int:customer_id>/"
RETAINER = f"{CUSTOMER}invoices/retainers/<int:retainer_invoice_id>/"

urlpatterns = [
    path("<slug:portal_name>/", entrance.portal, name="entrance"),
    path("<slug:portal_name>/link/<str:token>/", opening.open_link, name="link"),
    path("<slug:portal_name>/invitation/<str:token>/", invitation.open_invitation, name="invitation"),
    path(CUSTOMER, home.show, name="home"),
    path(f"{CUSTOMER}batches/<int:batch_id>/", batches.show, name="batch"),
    path(f"{CUSTOMER}batches/<int:batch_id>/file/", batches.file, name="batch_file"),
    path(f"{CUSTOMER}bell/", bell.index, name="bell"),
    path(f"{CUSTOMER}bell/read/", bell.read, name="bell_read"),
    path(f"{CUSTOMER}bell/<int:notification_id>/", bell.show, name="bell_line"),
    path("<slug:portal_name>/mails/<int:contact_id>/<slug:kind>/<str:token>/", unsubscribing.unsubscribe, name="mails"),
    path(f"{CUSTOMER}preferences/", preferences.edit, name="preferences"),
    path(f"{CUSTOMER}language/", own.language, name="language"),
    path(f"{CUSTOMER}details/", details.show, name="details"),
    path(f"{CUSTOMER}details/data/", details.own_data, name="own_data"),
    *(
        path(f"{CUSTOMER}details/{section}/", details.edit, {"section": section}, name=f"details_{section}")
        for section in details.SECTIONS
    ),
    path(f"{CUSTOMER}message/", messages.write, name="message"),
    path(f"{CUSTOMER}review/", reviews.write, name="review"),
    path(f"{CUSTOMER}documents/", files.index, name="files"),
    path(f"{CUSTOMER}documents/<int:file_id>/", files.show, name="file"),
    path(f"{CUSTOMER}documents/<int:file_id>/small/", files.small, name="file_small"),
    path(f"{CUSTOMER}documents/<int:file_id>/removal/", files.remove, name="file_remove"),
    path(f"{CUSTOMER}quotes/", quotes.index, name="quotes"),
    path(f"{CUSTOMER}quotes/together/", documents.together(quotes.QUOTES), name="quotes_together"),
    path(f"{CUSTOMER}quotes/<int:quote_id>/", quotes.show, name="quote"),
    path(f"{CUSTOMER}quotes/<int:quote_id>/forwarding/", forwarding.on(quotes.QUOTES), name="quote_forward"),
    path(f"{CUSTOMER}quotes/<int:quote_id>/comments/", conversation.on(quotes.QUOTES), name="comment_on_quote"),
    path(f"{CUSTOMER}quotes/<int:quote_id>/files/", attachments.on(quotes.QUOTES), name="attach_to_quote"),
    path(f"{CUSTOMER}quotes/<int:quote_id>/pdf/", quotes.pdf, name="quote_pdf"),
    path(f"{CUSTOMER}quotes/<int:quote_id>/acceptance/", quotes.accept, name="quote_accept"),
    path(f"{CUSTOMER}quotes/<int:quote_id>/refusal/", quotes.decline, name="quote_decline"),
    path(f"{CUSTOMER}sales-orders/", sales_orders.index, name="sales_orders"),
    path(
        f"{CUSTOMER}sales-orders/together/",
        documents.together(sales_orders.SALES_ORDERS),
        name="sales_orders_together",
    ),
    path(f"{CUSTOMER}sales-orders/<int:sales_order_id>/", sales_orders.show, name="sales_order"),
    path(f"{CUSTOMER}sales-orders/<int:sales_order_id>/pdf/", sales_orders.pdf, name="sales_order_pdf"),
    path(
        f"{CUSTOMER}sales-orders/<int:sales_order_id>/forwarding/",
        forwarding.on(sales_orders.SALES_ORDERS),
        name="sales_order_forward",
    ),
    path(
        f"{CUSTOMER}sales-orders/<int:sales_order_id>/comments/",
        conversation.on(sales_orders.SALES_ORDERS),
        name="comment_on_sales_order",
    ),
    path(
        f"{CUSTOMER}sales-orders/<int:sales_order_id>/files/",
        attachments.on(sales_orders.SALES_ORDERS),
        name="attach_to_sales_order",
    ),
    path(f"{CUSTOMER}invoices/", invoices.index, name="invoices"),
    path(f"{CUSTOMER}invoices/retainers/", retainer_invoices.index, name="retainer_invoices"),
    path(
        f"{CUSTOMER}invoices/retainers/together/",
        documents.together(retainer_invoices.RETAINER_INVOICES),
        name="retainer_invoices_together",
    ),
    path(f"{RETAINER}", retainer_invoices.show, name="retainer_invoice"),
    path(f"{RETAINER}pdf/", retainer_invoices.pdf, name="retainer_invoice_pdf"),
    path(
        f"{RETAINER}forwarding/",
        forwarding.on(retainer_invoices.RETAINER_INVOICES),
        name="retainer_invoice_forward",
    ),
    path(
        f"{RETAINER}comments/",
        conversation.on(retainer_invoices.RETAINER_INVOICES),
        name="comment_on_retainer_invoice",
    ),
    path(
        f"{RETAINER}files/",
        attachments.on(retainer_invoices.RETAINER_INVOICES),
        name="attach_to_retainer_invoice",
    ),
    path(f"{RETAINER}pay/", pages.pay_retainer, name="pay_retainer"),
    path(f"{CUSTOMER}invoices/together/", documents.together(invoices.INVOICES), name="invoices_together"),
    path(f"{CUSTOMER}invoices/paying/", invoices.pay_ticked, name="invoices_pay"),
    path(f"{CUSTOMER}invoices/<int:invoice_id>/", invoices.show, name="invoice"),
    path(f"{CUSTOMER}invoices/<int:invoice_id>/forwarding/", forwarding.on(invoices.INVOICES), name="invoice_forward"),
    path(
        f"{CUSTOMER}invoices/<int:invoice_id>/comments/",
        conversation.on(invoices.INVOICES),
        name="comment_on_invoice",
    ),
    path(f"{CUSTOMER}invoices/<int:invoice_id>/files/", attachments.on(invoices.INVOICES), name="attach_to_invoice"),
    path(f"{CUSTOMER}invoices/<int:invoice_id>/pdf/", invoices.pdf, name="invoice_pdf"),
    path(f"{CUSTOMER}invoices/<int:invoice_id>/pay/", pages.pay, name="pay"),
    path(f"{CUSTOMER}pay/", pages.pay_several, name="pay_several"),
    path(f"{CUSTOMER}cards/<int:method_id>/", cards.edit, name="card"),
    path(f"{CUSTOMER}cards/<int:method_id>/replacement/", cards.replace, name="card_replace"),
    path(f"{CUSTOMER}cards/<int:method_id>/removal/", cards.remove, name="card_remove"),
    path(f"{CUSTOMER}credit-notes/", available_credits.index, name="credit_notes"),
    path(f"{CUSTOMER}credit-notes/<int:credit_note_id>/", available_credits.show, name="credit_note"),
    path(
        f"{CUSTOMER}credit-notes/<int:credit_note_id>/comments/",
        conversation.on(available_credits.CREDIT_NOTES),
        name="comment_on_credit_note",
    ),
    path(
        f"{CUSTOMER}credit-notes/<int:credit_note_id>/files/",
        attachments.on(available_credits.CREDIT_NOTES),
        name="attach_to_credit_note",
    ),
    path(f"{CUSTOMER}credit-notes/<int:credit_note_id>/pdf/", available_credits.pdf, name="credit_note_pdf"),
    path(f"{CUSTOMER}payments/", payments.index, name="payments"),
    path(f"{CUSTOMER}payments/<int:payment_id>/", payments.show, name="payment"),
    path(f"{CUSTOMER}payments/<int:payment_id>/pdf/", payments.pdf, name="payment_pdf"),
    path(f"{CUSTOMER}statements/", statements.show, name="statements"),
    path(f"{CUSTOMER}statements/pdf/", statements.pdf, name="statement_pdf"),
    path(f"{CUSTOMER}payments/attempts/<int:attempt_id>/", attempts.show, name="attempt"),
    path(f"{CUSTOMER}payments/attempts/<int:attempt_id>/return/", attempts.came_back, name="attempt_return"),
    path(f"{CUSTOMER}payments/attempts/<int:attempt_id>/cancel/", attempts.cancel, name="attempt_cancel"),
]
