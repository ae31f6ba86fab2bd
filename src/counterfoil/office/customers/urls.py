"""The routes of customers, below `/office/<organization>/customers/`."""

from django.urls import path

from . import (
    access,
    changes,
    comments,
    contacts,
    edit,
    files,
    index,
    mails,
    merge,
    overview,
    reviews,
    statement,
    transactions,
    viewing,
)

CUSTOMER = "<int:customer_id>/"
CONTACT = f"{CUSTOMER}contacts/<int:contact_id>/"
FILE = f"{CUSTOMER}documents/<int:file_id>/"

urlpatterns = [
    path("", index.index, name="customers"),
    path("new/", edit.new, name="customer_new"),
    path("invitations/", index.invite, name="customers_invite"),
    path(CUSTOMER, overview.show, name="customer"),
    path(f"{CUSTOMER}edit/", edit.edit, name="customer_edit"),
    path(f"{CUSTOMER}transactions/", transactions.index, name="customer_transactions"),
    path(f"{CUSTOMER}statement/", statement.show, name="customer_statement"),
    path(f"{CUSTOMER}statement/pdf/", statement.pdf, name="customer_statement_pdf"),
    path(f"{CUSTOMER}statement/sending/", statement.send, name="customer_statement_send"),
    path(f"{CUSTOMER}comments/", comments.index, name="customer_comments"),
    path(f"{CUSTOMER}comments/new/", comments.add, name="comment_on_customer"),
    path(f"{CUSTOMER}documents/", files.index, name="customer_files"),
    path(f"{CUSTOMER}documents/new/", files.add, name="customer_files_add"),
    path(FILE, files.show, name="customer_file"),
    path(f"{FILE}small/", files.small, name="customer_file_small"),
    path(f"{FILE}sharing/", files.share, name="customer_file_share"),
    path(f"{FILE}withdrawal/", files.withdraw, name="customer_file_withdraw"),
    path(f"{FILE}removal/", files.remove, name="customer_file_remove"),
    path(f"{CUSTOMER}reviews/", reviews.index, name="customer_reviews"),
    path(f"{CUSTOMER}reviews/<int:review_id>/publication/", reviews.publish, name="customer_review_publish"),
    path(f"{CUSTOMER}reviews/<int:review_id>/withdrawal/", reviews.withdraw, name="customer_review_withdraw"),
    path(f"{CUSTOMER}mails/", mails.index, name="customer_mails"),
    path(f"{CUSTOMER}mails/<int:mail_id>/", mails.show, name="customer_mail"),
    path(f"{CUSTOMER}changes/", changes.index, name="customer_changes"),
    path(f"{CUSTOMER}changes/<int:event_id>/undoing/", changes.undo, name="customer_change_undo"),
    path(f"{CUSTOMER}merging/", merge.choose, name="customer_merge"),
    path(f"{CUSTOMER}merging/<int:into_id>/", merge.confirm, name="customer_merge_into"),
    path(f"{CUSTOMER}portal-access/", access.configure, name="portal_access"),
    path(f"{CUSTOMER}contacts/new/", contacts.new, name="contact_new"),
    path(CONTACT, contacts.edit, name="contact"),
    path(f"{CONTACT}viewing/", viewing.begin, name="contact_view_as"),
    path(f"{CONTACT}primary/", contacts.make_primary, name="contact_primary"),
    path(f"{CONTACT}retire/", contacts.retire, name="contact_retire"),
    path(f"{CONTACT}reinvite/", access.reinvite, name="contact_reinvite"),
]
