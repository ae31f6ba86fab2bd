"""The guards: for each thing that must hold, the lines that make it hold and the tests that fail without them.

`python -m tests.safety.guards` takes each out in a copy of the program, runs its tests and requires them to fail;
`./counterfoil test --long` does so too. `tests/architecture/test_guards.py` sees that every line still stands.

To add one, write a `Guard` into the list of its subject.
"""

from .attacks import ATTACKS
from .backups import BACKUPS
from .credit_notes import CREDIT_NOTES
from .details import DETAILS
from .electronic import ELECTRONIC
from .guard import Cut, Guard
from .imports import IMPORTS
from .links import LINKS
from .locking import LOCKING
from .merging import MERGED
from .money import MONEY
from .offers import OFFERS
from .orders import SALES_ORDERS
from .own_credits import OWN_CREDITS
from .recurring import RECURRING
from .reminders import REMINDERS
from .reporting import REPORTING
from .retainers import RETAINERS
from .sample_data import SAMPLE_DATA
from .signing_in import SIGNING_IN
from .statements import STATEMENTS
from .talking import TALKING
from .time import TIME
from .uploads import UPLOADS
from .viewing_as import VIEWING_AS
from .wordings import WORDINGS
from .writing import WRITING

__all__ = ["GUARDS", "Cut", "Guard"]

GUARDS: tuple[Guard, ...] = (
    *ATTACKS,
    *OFFERS,
    *SALES_ORDERS,
    *ELECTRONIC,
    *LINKS,
    *MONEY,
    *MERGED,
    *CREDIT_NOTES,
    *RETAINERS,
    *OWN_CREDITS,
    *LOCKING,
    *RECURRING,
    *REMINDERS,
    *REPORTING,
    *STATEMENTS,
    *SIGNING_IN,
    *TALKING,
    *TIME,
    *IMPORTS,
    *UPLOADS,
    *DETAILS,
    *WORDINGS,
    *WRITING,
    *VIEWING_AS,
    *SAMPLE_DATA,
    *BACKUPS,
)
