"""The office's pages of customers and their contact persons."""

import re
from datetime import date
from decimal import Decimal

import pytest

from counterfoil.books.customers import contacts, customers, invitations, portal_access
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.payments import payments
from counterfoil.books.sales import invoices
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation.money import Money
from tests.support.cast import actor, customer, person, visitor


def at(cast, path="", organization=None):
    return f"/office/{(organization or cast.studio).id}/customers/{path}"


def of(cast, customer, path=""):
    return at(cast, f"{customer.id}/{path}")


def typed(**more):
    """A customer's form as the page sends it."""
    return {
        "display_name": "Northgate Books",
        "kind": "company",
        "currency": "GBP",
        "language": "en",
        "payment_days": "30",
        "shipping_same": "on",
    } | more


def text_of(answer):
    return answer.content.decode()


def an_invoice(cast, of=None, rate="100", **more):
    line = LineContent(name="Sign", quantity=Decimal(1), rate=Decimal(rate))
    content = invoices.InvoiceContent(**{"dated": date(2026, 11, 1), "lines": [line], "payment_days": 30} | more)
    draft = invoices.create(of or cast.bakery, content, by=cast.by_olga)
    return invoices.mark_as_sent(draft, by=cast.by_olga, revision=draft.revision)


def a_payment(cast, minor, shares=None, day=date(2026, 11, 10)):
    return payments.record(
        customer_id=cast.bakery.id,
        amount=Money(minor, "GBP"),
        shares=shares or {},
        paid_on=day,
        mode=payments.Payment.Mode.CASH,
        recording_key=f"key-{minor}",
        by=cast.by_olga,
    )


def test_the_list_shows_this_organizations_customers_by_name(cast):
    names = re.findall(r'class="cover" href="[^"]+">([^<]+)', text_of(visitor(cast.stig).get(at(cast))))
    assert names == ["Harbour Bakery Ltd", "Tidewater Ceramics", "云杉设计有限公司"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("harb", True),
        ("HARBOUR  b", True),
        ("云杉", False),
        ("bak", True),
        ("bakery har", True),
        ("akery", False),
        ("bakery tide", False),
        ("%", False),
        ("\x00", False),
        ("\U0010ffff", False),
    ],
)
def test_the_list_is_searched_by_words_of_a_name(cast, text, found):
    answer = visitor(cast.olga).get(at(cast), {"q": text})
    assert answer.status_code == 200
    assert ("Harbour Bakery Ltd" in text_of(answer)) is found


@pytest.mark.parametrize("text", ["云杉", "设计", "司", "杉设计"])
def test_chinese_characters_find_a_name_wherever_they_stand_in_it(cast, text):
    page = text_of(visitor(cast.olga).get(at(cast), {"q": text}))
    assert "云杉设计有限公司" in page
    assert "Harbour" not in page


def test_a_search_without_result_says_how_it_searches(cast):
    page = text_of(visitor(cast.olga).get(at(cast), {"q": "zzz"}))
    assert "No customer fits" in page


def test_the_newest_can_come_first(cast):
    page = text_of(visitor(cast.olga).get(at(cast), {"sort": "-added"}))
    assert page.index("Tidewater") < page.index("云杉设计有限公司") < page.index("Harbour")


def test_an_empty_list_says_what_will_appear(cast):
    from tests.support.cast import organization

    empty = organization("Empty Ltd", portal_name="empty", owner=("Eve", "eve@empty.test"))
    page = text_of(visitor(empty.owner).get(at(cast, organization=empty.organization)))
    assert "No customers yet" in page
    assert "New customer" in page


def test_the_list_shows_what_each_owes(cast):
    an_invoice(cast, rate="1234.50")
    assert "£1,234.50" in text_of(visitor(cast.olga).get(at(cast)))


def test_a_list_of_many_has_pages(cast):
    for number in range(60):
        customer(cast.studio, f"Client {number:03}", "GBP", by=cast.by_olga)
    client = visitor(cast.olga)
    first = text_of(client.get(at(cast)))
    older = re.search(r'href="(\?[^"]+)" rel="next"', first)[1].replace("&amp;", "&")
    second = text_of(client.get(at(cast) + older))
    assert ("Client 049" in first, "Client 050" in first, "Client 050" in second) == (True, False, True)


def test_a_customer_is_written_down(cast):
    answer = visitor(cast.stig).post(
        at(cast, "new/"),
        typed(
            kind="individual",
            language="zh-Hans",
            payment_days="14",
            tax_id="GB 1",
            is_tax_exempt="on",
            exemption_reason="Charity",
            may_pay_by_bank="on",
            billing_street="14 Wharf Lane",
            billing_country="GB",
            notes="Pays late",
        ),
    )
    made = Customer.objects.get(display_name="Northgate Books")
    assert (answer.status_code, answer["Location"]) == (303, of(cast, made))
    assert made.billing_address == made.shipping_address == {"street": "14 Wharf Lane", "country": "GB"}
    assert (made.kind, made.language, made.payment_days, made.may_pay_by_bank) == ("individual", "zh-Hans", 14, True)
    assert (made.is_tax_exempt, made.exemption_reason, made.notes) == (True, "Charity", "Pays late")


def test_the_shipping_address_may_be_another(cast):
    visitor(cast.olga).post(at(cast, "new/"), typed(shipping_same="", billing_city="Bristol", shipping_city="Cardiff"))
    made = Customer.objects.get(display_name="Northgate Books")
    assert (made.billing_address, made.shipping_address) == ({"city": "Bristol"}, {"city": "Cardiff"})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"display_name": ""}, "required"),
        ({"display_name": "HARBOUR bakery ltd"}, "Another customer has this name already."),
        ({"currency": "XXX"}, "valid choice"),
        ({"payment_days": "-3"}, "greater than or equal to 0"),
        ({"payment_days": "soon"}, "whole number"),
        ({"language": "fr"}, "valid choice"),
        ({"display_name": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_what_is_wrong_is_told_and_everything_typed_stays(cast, wrong, said):
    answer = visitor(cast.olga).post(at(cast, "new/"), typed(notes="Met at the fair", billing_city="Bristol") | wrong)
    assert answer.status_code == 422
    page = text_of(answer)
    assert said in page
    assert "Met at the fair" in page
    assert 'value="Bristol"' in page
    assert Customer.objects.of(cast.studio).count() == 3


def test_the_same_form_sent_twice_makes_one_customer(cast):
    client = visitor(cast.olga)
    key = re.search(r'name="making_key" value="([^"]+)"', text_of(client.get(at(cast, "new/"))))[1]
    answers = [client.post(at(cast, "new/"), typed(making_key=key)) for _ in range(2)]
    assert len({answer["Location"] for answer in answers}) == 1
    assert Customer.objects.of(cast.studio).count() == 4


def test_a_customer_is_changed_and_a_stale_form_is_refused(cast):
    client = visitor(cast.olga)
    form = typed(display_name="Harbour Bakery", revision="1")
    assert client.post(of(cast, cast.bakery, "edit/"), form)["Location"] == of(cast, cast.bakery)
    stale = client.post(of(cast, cast.bakery, "edit/"), typed(display_name="Other", revision="1"))
    assert stale.status_code == 409
    assert "Somebody changed this customer" in text_of(stale)
    assert 'value="Other"' in text_of(stale)
    assert Customer.objects.get(id=cast.bakery.id).display_name == "Harbour Bakery"


def test_the_currency_is_fixed_once_there_are_transactions(cast):
    client, address = visitor(cast.olga), of(cast, cast.bakery, "edit/")
    assert "Fixed with the first transaction." in text_of(client.get(address))
    an_invoice(cast)
    assert "Fixed: there are transactions in it." in text_of(client.get(address))
    client.post(address, typed(display_name="Harbour Bakery Ltd", currency="EUR", notes="x", revision="1"))
    kept = Customer.objects.get(id=cast.bakery.id)
    assert (kept.currency, kept.notes) == ("GBP", "x")


def test_the_overview_shows_money_people_details_and_what_happened(cast):
    late = an_invoice(cast, rate="300", dated=date(2025, 1, 1))
    an_invoice(cast, rate="200")
    a_payment(cast, 5_000)
    page = text_of(visitor(cast.olga).get(of(cast, cast.bakery)))
    for words in (
        "Outstanding receivables",
        "£500.00",
        "1 overdue",
        "Unused credits",
        "£50.00",
        late.number,
        "Other details",
        "Portal status",
        "Enabled",
        "Net 30",
        "Ana Moreau",
        "Primary",
        "Sam Okafor",
        "Olga Lindqvist recorded a payment of £50.00 by Harbour Bakery Ltd.",
    ):
        assert words in page


def test_three_ways_lead_to_one_dialog(cast):
    page = text_of(visitor(cast.olga).get(of(cast, cast.bakery)))
    way = f'href="{of(cast, cast.bakery, "portal-access/")}" data-opens="portal"'
    assert page.count(way) == 3
    for words in ("Invite to portal", "Configure customer portal", 'aria-label="Configure customer portal"'):
        assert words in page
    assert page.count('<dialog class="dialog" id="portal"') == 1
    assert "Configure portal access" in page


def test_the_transactions_of_both_kinds_are_one_list(cast):
    numbers = [an_invoice(cast, dated=date(2026, 1, day)).number for day in (5, 15, 25)]
    payment = a_payment(cast, 100, day=date(2026, 1, 20))
    address = of(cast, cast.bakery, "transactions/")
    page = text_of(visitor(cast.olga).get(address))
    places = [page.index(number) for number in (numbers[2], payment.number, numbers[1], numbers[0])]
    assert places == sorted(places)
    only = text_of(visitor(cast.olga).get(address, {"kind": "payments"}))
    assert (payment.number in only, numbers[0] in only) == (True, False)


def test_the_transactions_have_pages_through_both_kinds(cast):
    from counterfoil.foundation.pages import Sort, read_merged

    for day in range(1, 8):
        an_invoice(cast, dated=date(2026, 1, day))
        a_payment(cast, day, day=date(2026, 1, day))
    sources = [
        (invoices.Invoice.objects.of(cast.bakery), Sort("dated", date.fromisoformat)),
        (payments.Payment.objects.filter(customer=cast.bakery), Sort("paid_on", date.fromisoformat)),
    ]
    everything = [row.number for row in read_merged(sources, size=50).rows]
    assert len(everything) == 14
    walked, cursor, pages = [], None, []
    while True:
        page = read_merged(sources, cursor=cursor, size=4)
        pages.append(page)
        walked += [row.number for row in page.rows]
        if page.older is None:
            break
        cursor = page.older
    assert walked == everything
    back = read_merged(sources, cursor=pages[-1].newer, size=4)
    assert [row.number for row in back.rows] == [row.number for row in pages[-2].rows]
    first = read_merged(sources, cursor=pages[1].newer, size=4)
    assert ([row.number for row in first.rows], first.newer) == (everything[:4], None)


def test_the_mails_of_a_customer_can_be_read_without_their_keys(cast):
    from counterfoil.foundation.events import Event
    from counterfoil.outbound import mailing
    from counterfoil.outbound.models import Mail

    lucie = person(cast.bakery, "Lucie", "Barr", "lucie@harbour.test", by=cast.by_olga, access=False)
    (made,) = portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga, seen=())
    mailing.invite_to_the_portal(Event.objects.get(name="portal.invited", subject_id=lucie.id))
    mail = Mail.objects.get(recipient="lucie@harbour.test")
    client = visitor(cast.vera)
    assert mail.subject.replace("&", "&amp;") in text_of(client.get(of(cast, cast.bakery, "mails/")))
    page = text_of(client.get(of(cast, cast.bakery, f"mails/{mail.id}/")))
    assert "has opened its customer portal" in page
    assert invitations.token_of(made) not in page
    assert client.get(of(cast, cast.tidewater, f"mails/{mail.id}/")).status_code == 404


def test_a_contact_person_is_added_changed_and_made_primary(cast):
    client = visitor(cast.stig)
    form = {"first_name": "Lucie", "last_name": "Barr", "email": "Lucie@Harbour.test", "language": "en"}
    assert client.post(of(cast, cast.bakery, "contacts/new/"), form).status_code == 303
    lucie = ContactPerson.objects.get(email="lucie@harbour.test")
    address = of(cast, cast.bakery, f"contacts/{lucie.id}/")
    assert client.post(address, form | {"phone": "0117", "revision": "1"}).status_code == 303
    assert client.post(f"{address}primary/").status_code == 303
    lucie.refresh_from_db()
    assert (lucie.phone, lucie.is_primary) == ("0117", True)


def test_what_is_wrong_with_a_contact_person_is_told_and_stays(cast):
    form = {"first_name": "Lucie", "email": "ana@harbour.test", "phone": "0117", "language": "en"}
    answer = visitor(cast.olga).post(of(cast, cast.bakery, "contacts/new/"), form)
    assert answer.status_code == 422
    assert "Another contact person here has this e-mail address." in text_of(answer)
    assert 'value="0117"' in text_of(answer)
    assert ContactPerson.objects.filter(customer=cast.bakery).count() == 2


def test_a_stale_form_of_a_contact_person_is_refused(cast):
    client, address = visitor(cast.olga), of(cast, cast.bakery, f"contacts/{cast.sam.id}/")
    form = {"first_name": "Sam", "last_name": "Okafor", "email": "sam@harbour.test", "language": "en", "revision": "1"}
    client.post(address, form | {"phone": "1"})
    assert client.post(address, form | {"phone": "2"}).status_code == 409
    assert ContactPerson.objects.get(id=cast.sam.id).phone == "1"


def test_deleting_a_contact_person_is_asked_once_and_ends_their_access(cast):
    client, address = visitor(cast.olga), of(cast, cast.bakery, f"contacts/{cast.sam.id}/")
    asked = text_of(client.get(address, {"ask": "retire"}))
    assert "Their access to the portal ends at once" in asked
    assert re.search(r'<dialog class="dialog" id="retire"[^>]* open', asked)
    sams = visitor(cast.sam)
    bell = f"/portal/lindqvist-zhou/{cast.bakery.id}/bell/"
    assert sams.get(bell).status_code == 200
    for _ in range(2):
        assert client.post(f"{address}retire/")["Location"] == of(cast, cast.bakery)
    assert sams.get(bell).status_code == 403
    assert "Sam Okafor" not in re.sub(
        r"<ul class=\"timeline\">.*?</ul>|notice.*?</div>",
        "",
        text_of(client.get(of(cast, cast.bakery))),
        flags=re.DOTALL,
    )
    assert client.get(address).status_code == 404


def test_a_viewer_reads_and_changes_nothing(cast):
    client = visitor(cast.vera)
    page = text_of(client.get(of(cast, cast.bakery)))
    for words in ("Invite to portal", "Configure", ">Edit<", "New transaction", "Re-invite"):
        assert words not in page
    for path in ("edit/", "portal-access/", "contacts/new/", f"contacts/{cast.ana.id}/"):
        assert client.get(of(cast, cast.bakery, path)).status_code == 403
        assert client.post(of(cast, cast.bakery, path), typed()).status_code == 403
    for path in (f"contacts/{cast.ana.id}/retire/", f"contacts/{cast.sam.id}/primary/"):
        assert client.post(of(cast, cast.bakery, path)).status_code == 403
    assert client.post(at(cast, "new/"), typed()).status_code == 403
    assert Customer.objects.of(cast.studio).count() == 3
    assert ContactPerson.objects.get(id=cast.ana.id).is_primary


def test_another_organizations_customers_are_not_there(cast):
    client = visitor(cast.olga)
    for path in ("", "edit/", "transactions/", "mails/", "portal-access/", "contacts/new/", f"contacts/{cast.fia.id}/"):
        assert client.get(of(cast, cast.foyle, path)).status_code == 404
    assert client.post(of(cast, cast.foyle, f"contacts/{cast.fia.id}/retire/")).status_code == 404
    assert client.post(of(cast, cast.bakery, f"contacts/{cast.fia.id}/retire/")).status_code == 404
    assert client.post(of(cast, cast.bakery, f"contacts/{cast.bruno.id}/retire/")).status_code == 404
    assert visitor(cast.otto).get(at(cast)).status_code == 404
    assert visitor(cast.ana).get(at(cast)).status_code == 404
    assert visitor().get(at(cast)).status_code == 302
    assert not ContactPerson.objects.filter(retired_at__isnull=False).exists()


def test_what_people_write_is_shown_as_text(cast):
    payload = '"><script>alert(1)</script>'
    made = customer(cast.studio, payload, "GBP", by=cast.by_olga, notes=payload, billing_address={"street": payload})
    contacts.add(
        made,
        contacts.ContactContent(first_name=payload, last_name=payload, designation=payload, phone="'><img src=x>"),
        by=cast.by_olga,
    )
    client = visitor(cast.olga)
    somebody = ContactPerson.objects.get(customer=made)
    for path in ("", "edit/", "transactions/", "portal-access/", f"contacts/{somebody.id}/"):
        page = text_of(client.get(of(cast, made, path)))
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "<script>alert" not in text_of(client.get(at(cast)))


def test_the_pages_speak_chinese_to_who_reads_chinese(cast):
    from counterfoil.books.organizations import staff

    staff.change_language(cast.olga, language="zh-Hans", by=cast.by_olga)
    assert 'lang="zh-Hans"' in text_of(visitor(cast.olga).get(of(cast, cast.bakery)))


@pytest.mark.parametrize(
    ("language", "asked"), [("en", ["first_name", "last_name"]), ("zh-Hans", ["last_name", "first_name"])]
)
def test_a_name_is_asked_for_in_the_order_of_the_language(cast, language, asked):
    from counterfoil.books.organizations import staff

    staff.change_language(cast.olga, language=language, by=cast.by_olga)
    form = text_of(visitor(cast.olga).get(of(cast, cast.bakery, "contacts/new/")))
    assert re.findall(r'name="(first_name|last_name)"', form) == asked


@pytest.mark.parametrize("path", ["", "transactions/", "mails/", "portal-access/", "edit/"])
def test_each_page_takes_few_queries_however_much_there_is(cast, path, django_assert_max_num_queries):
    for number in range(20):
        an_invoice(cast, dated=date(2025, 1, 1 + number))
        person(cast.bakery, f"P{number}", "X", f"p{number}@harbour.test", by=cast.by_olga, access=False)
    a_payment(cast, 100)
    everybody = ContactPerson.objects.filter(customer=cast.bakery).values_list("id", flat=True)
    portal_access.configure(cast.bakery, set(everybody), by=cast.by_olga)
    client = visitor(cast.olga)
    client.get(of(cast, cast.bakery))
    with django_assert_max_num_queries(12):
        assert client.get(of(cast, cast.bakery, path)).status_code == 200


def test_the_list_takes_few_queries(cast, django_assert_max_num_queries):
    for number in range(30):
        customer(cast.studio, f"Client {number:03}", "GBP", by=cast.by_olga)
    client = visitor(cast.olga)
    with django_assert_max_num_queries(12):
        client.get(at(cast))


def test_stig_may_do_all_of_it(cast):
    assert customers.create(
        cast.studio, customers.CustomerContent(display_name="By Stig", currency="GBP"), by=actor(cast.stig)
    )
    assert visitor(cast.stig).get(of(cast, cast.bakery, "portal-access/")).status_code == 200


@pytest.mark.parametrize(
    ("days", "status"),
    [("３０", 303), (" 30 ", 303), ("abc", 422), ("1.5", 422), ("-1", 422), ("9999", 422), ("", 422)],
)
def test_payment_terms_are_typed_as_text_so_that_no_browser_empties_them(cast, days, status):
    answer = visitor(cast.olga).post(at(cast, "new/"), typed(payment_days=days))
    assert answer.status_code == status
    if status == 303:
        assert Customer.objects.get(display_name="Northgate Books").payment_days == 30
        return
    box = re.search(r'<input[^>]*name="payment_days"[^>]*>', text_of(answer))[0]
    assert 'type="text"' in box
    assert f'value="{days}"' in box or not days
    assert 'aria-invalid="true"' in box
    assert not Customer.objects.filter(display_name="Northgate Books").exists()


def test_another_address_ends_an_open_invitation_and_says_so(cast):
    lucie = person(cast.bakery, "Lucie", "Barr", "lucie@harbour.test", by=cast.by_olga, access=False)
    portal_access.configure(cast.bakery, {lucie.id}, by=cast.by_olga, seen=())
    client, path = visitor(cast.olga), of(cast, cast.bakery, f"contacts/{lucie.id}/")
    form = {"first_name": "Lucie", "last_name": "Barr", "language": "en", "revision": lucie.revision}
    said = "The invitation went to the address before, so it is void. Invite Lucie Barr again."
    same = client.post(path, form | {"email": "lucie@harbour.test", "phone": "1"}, follow=True)
    assert said not in text_of(same)
    other = client.post(path, form | {"email": "l.barr@harbour.test", "revision": lucie.revision + 1}, follow=True)
    assert said in text_of(other)
    assert ContactPerson.objects.get(id=lucie.id).access == "disabled"
