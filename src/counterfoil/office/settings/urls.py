"""The routes of the settings, below `/office/<organization>/settings/`."""

from django.urls import path

from . import gateways, lock_date, mail_server, mails, numbering, organization, portal, quotes, reminders, staff, taxes

urlpatterns = [
    path("", organization.index, name="settings"),
    path("organization/", organization.details, name="settings_organization"),
    path("organization/look/", organization.look, name="settings_look"),
    path("staff/", staff.index, name="settings_staff"),
    path("staff/new/", staff.new, name="settings_staff_new"),
    path("staff/<int:staff_id>/", staff.member, name="settings_staff_member"),
    path("staff/<int:staff_id>/reinvite/", staff.reinvite, name="settings_staff_reinvite"),
    path("staff/<int:staff_id>/remove/", staff.remove, name="settings_staff_remove"),
    path("mail-server/", mail_server.show, name="settings_mail_server"),
    path("mail-server/test/", mail_server.try_out, name="settings_mail_trial"),
    path("mail-server/remove/", mail_server.remove, name="settings_mail_remove"),
    path("mails/", mails.index, name="settings_mails"),
    path("mails/<int:mail_id>/", mails.show, name="settings_mail"),
    path("portal/", portal.show, name="settings_portal"),
    path("portal/notifications/", portal.notify, name="settings_notifications"),
    path("quotes/", quotes.show, name="settings_quotes"),
    path("reminders/", reminders.show, name="settings_reminders"),
    path("quotes/certificate/", quotes.certificate, name="settings_certificate"),
    path("numbering/", numbering.index, name="settings_numbering"),
    path("numbering/<int:series_id>/", numbering.change, name="settings_series"),
    path("lock-date/", lock_date.show, name="settings_lock_date"),
    path("lock-date/remove/", lock_date.remove, name="settings_lock_date_remove"),
    path("taxes/", taxes.index, name="settings_taxes"),
    path("taxes/new/", taxes.new, name="settings_tax_new"),
    path("taxes/groups/new/", taxes.new_group, name="settings_tax_group_new"),
    path("taxes/<int:tax_id>/", taxes.edit, name="settings_tax"),
    path("taxes/<int:tax_id>/default/", taxes.make_default, name="settings_tax_default"),
    path("taxes/<int:tax_id>/no-default/", taxes.stop_default, name="settings_tax_stop_default"),
    path("taxes/<int:tax_id>/retire/", taxes.retire, name="settings_tax_retire"),
    path("gateways/", gateways.show, name="settings_gateways"),
    path("gateways/sandbox/", gateways.connect_sandbox, name="settings_sandbox"),
    path("gateways/<int:gateway_id>/on/", gateways.switch_on, name="settings_gateway_on"),
    path("gateways/<int:gateway_id>/off/", gateways.switch_off, name="settings_gateway_off"),
    path("gateways/<int:gateway_id>/test/", gateways.try_out, name="settings_gateway_trial"),
    path("gateways/<int:gateway_id>/card-verification/", gateways.verification, name="settings_verification"),
    path("gateways/bank/", gateways.bank, name="settings_bank"),
]
