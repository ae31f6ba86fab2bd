"""From a stored gateway account to something that can be asked."""

from counterfoil.books.payments.models import GatewayAccount

from .interface import Gateway
from .sandbox import SandboxGateway


def connect(account: GatewayAccount) -> Gateway:
    """The gateway of an account, with its credentials. Nothing is sent until it is asked something."""
    return SandboxGateway(
        address=account.address,
        secret_key=account.secret_key,
        public_key=account.public_key,
        webhook_secret=account.webhook_secret,
        live=account.is_live,
        asks_for=frozenset(account.address_fields),
    )
