"""To whom an answer to a mail goes, where that is not the organization."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbound", "0005_own_data")]

    operations = [migrations.AddField("mail", "reply_to", models.EmailField(blank=True, max_length=254))]
