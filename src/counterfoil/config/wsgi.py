"""The entry of the web server. A route without @needs or @public keeps it from starting."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterfoil.config.settings")

application = get_wsgi_application()

from counterfoil.foundation.languages import remember_words  # noqa: E402
from counterfoil.reach.doors import refuse_unmarked_routes  # noqa: E402

refuse_unmarked_routes()
remember_words()

# What was loaded stays, so the collector of garbage need not look through it again and again while pages are made.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 10, 10)
