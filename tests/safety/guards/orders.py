"""What stands in the way of invoicing more than was ordered, or what was not."""

from .guard import Cut, Guard

PROGRESS = "books/sales/order_progress.py"
ORDERS = "books/sales/sales_orders.py"
CONVERSIONS = "books/sales/conversions.py"
TESTS = "books/sales/test_sales_orders.py::"
PAGES = "portal/test_sales_orders.py::"

SALES_ORDERS = (
    Guard(
        "attack 1: somebody else's document",
        "a portal's sales orders are one customer's",
        (Cut("reach/portal.py", "SalesOrder.objects.of(self.customer).visible", "SalesOrder.objects.all().visible"),),
        (f"{PAGES}test_drafts_and_others_orders_are_not_there",),
    ),
    Guard(
        "attack 1: what was not sent yet",
        "the customer sees no draft order, and none where the portal has none",
        (
            Cut(
                "reach/portal.py",
                "SalesOrder.objects.of(self.customer).visible_to_customer()",
                "SalesOrder.objects.of(self.customer)",
            ),
        ),
        (
            f"{PAGES}test_drafts_and_others_orders_are_not_there",
            f"{PAGES}test_they_are_nowhere_until_the_business_shows_them",
        ),
    ),
    Guard(
        "attack 14: twice",
        "no more of a line is invoiced than is left",
        (
            Cut(CONVERSIONS, "        if quantity > left[line_id]:", "        if False:"),
            Cut(PROGRESS, "    if done > quantity:", "    if False:"),
        ),
        (f"{TESTS}test_not_more_than_was_ordered_is_invoiced",),
    ),
    Guard(
        "attack 14: twice",
        "neither an edited invoice nor one that is valid again goes beyond what was ordered",
        (Cut(PROGRESS, "    if done > quantity:", "    if False:"),),
        (
            f"{TESTS}test_an_edited_invoice_counts_as_it_is_now",
            f"{TESTS}test_a_void_invoice_is_made_valid_again_only_while_its_part_is_free",
        ),
    ),
    Guard(
        "attack 14: twice",
        "the form that makes an invoice makes one",
        (Cut(CONVERSIONS, "    if making_key and (earlier := made.first()):", "    if earlier := None:"),),
        (f"{TESTS}test_the_same_form_twice_is_one_invoice",),
    ),
    Guard(
        "attack 21: status by mass assignment",
        "an order of which something is invoiced is not made void",
        (Cut(ORDERS, "    if order_progress.standing_invoices(order).exists():", "    if False:"),),
        (f"{TESTS}test_it_is_made_void_only_when_nothing_of_it_is_invoiced",),
    ),
    Guard(
        "attack 21: status by mass assignment",
        "a line of an order is not less than what is invoiced of it",
        (Cut(ORDERS, "        if done > wanted.get(line_id, Decimal(0)):", "        if False:"),),
        (f"{TESTS}test_a_line_can_not_be_less_than_what_is_invoiced_of_it",),
    ),
    Guard(
        "attack 21: status by mass assignment",
        "an invoice's lines are only those of the order that it came from",
        (Cut("books/sales/invoices.py", "line.source_line_id not in known", "False"),),
        (f"{TESTS}test_an_invoice_of_its_own_is_no_part_of_an_order_whatever_its_lines_say",),
    ),
    Guard(
        "what came from what",
        "a quote that became a sales order is not edited from under it",
        (
            Cut(
                "books/sales/quotes.py",
                "    if quote.state == Quote.State.ACCEPTED and origins.made_of(quote):",
                "    if False:",
            ),
        ),
        (f"{TESTS}test_an_accepted_quote_becomes_an_order_once_and_stays_accepted",),
    ),
)
