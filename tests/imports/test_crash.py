"""A real worker process is killed while it writes an import: all of it is here afterwards, once, or nothing."""

import time
from typing import Any

from django.db import connection

from counterfoil.books.ledger.verify import differences
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.imports import imports
from counterfoil.imports.models import Import
from counterfoil.outbound.models import Batch
from tests.support.cast import actor, make
from tests.support.imports import csv_of, invoice, upload

MANY = 800


def test_killed_at_any_moment_of_it_an_import_is_whole_or_not_there(both_databases: str, site_of_its_own: Any) -> None:
    site, cast = site_of_its_own(), make()
    file = csv_of([invoice(f"OLD-{place}", "Harbour Bakery Ltd", "10.00") for place in range(MANY)])
    made = upload(cast, "invoices", file)
    assert made.state == "checked", made.found
    imports.start(made, by=actor(cast.olga), owner=cast.olga, checks=made.checks)
    left = []
    for patience in (0, 0.4):
        Import.objects.update(rows_done=0)
        connection.close()
        site.start("worker")
        site.wait(lambda: Import.objects.get().rows_done == MANY, "reading of the file", seconds=30)
        time.sleep(patience)
        site.kill("worker")
        connection.close()
        left.append((Invoice.objects.filter(number__startswith="OLD-").count(), Import.objects.get().state))
        Batch.objects.update(due_at=clock.now())  # as if the minutes of its lease had passed
    nothing, whole = (0, "importing"), (MANY, "done")
    assert nothing in left, "it was never killed in the middle"
    assert set(left) <= {nothing, whole}
    site.start("worker")
    site.wait(lambda: Import.objects.get().state == "done", "end of the import", seconds=60)
    connection.close()
    assert Invoice.objects.filter(number__startswith="OLD-").count() == MANY
    assert Event.objects.filter(name="import.finished").count() == 1
    assert not differences()
