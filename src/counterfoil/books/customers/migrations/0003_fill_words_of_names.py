"""By what the customers that are there already are found."""

from django.db import migrations

from counterfoil.books.customers.finding import words
from counterfoil.foundation.ids import new_id

AT_ONCE = 1_000


def fill(apps, _schema_editor):
    customers = apps.get_model("customers", "Customer").objects.order_by("id")
    word_of = apps.get_model("customers", "CustomerWord")
    rows = []
    for id, organization_id, name in customers.values_list("id", "organization_id", "display_name").iterator():
        rows += [
            word_of(id=new_id(), customer_id=id, organization_id=organization_id, word=word)
            for word in sorted(words(name))
        ]
        if len(rows) >= AT_ONCE:
            word_of.objects.bulk_create(rows)
            rows = []
    word_of.objects.bulk_create(rows)


class Migration(migrations.Migration):

    dependencies = [("customers", "0002_words_of_names")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
