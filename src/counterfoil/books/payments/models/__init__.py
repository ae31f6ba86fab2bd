"""Money that customers pay: each attempt to collect it, each payment that arrived, and what went back."""

from .attempts import AttemptQuerySet as AttemptQuerySet
from .attempts import AttemptShare as AttemptShare
from .attempts import PaymentAttempt as PaymentAttempt
from .comparisons import Comparison as Comparison
from .comparisons import Difference as Difference
from .gateways import ADDRESS_FIELDS as ADDRESS_FIELDS
from .gateways import GatewayAccount as GatewayAccount
from .gateways import GatewayEvent as GatewayEvent
from .gateways import default_address_fields as default_address_fields
from .payments import Payment as Payment
from .returns import Return as Return
from .returns import ReturnShare as ReturnShare
from .saved_methods import SavedMethod as SavedMethod
from .saved_methods import SavedMethodQuerySet as SavedMethodQuerySet
from .shares import PAYABLE as PAYABLE
from .shares import Payable as Payable
from .shares import naming as naming
