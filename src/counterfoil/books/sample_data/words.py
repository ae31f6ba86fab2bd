"""What sample data is made of, in one language. Everybody in it is invented, and `example.com` reaches nobody."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ware:
    """Something that is sold. `price` is of one unit, in euro or what is about as much."""

    name: str
    price: str
    unit: str = ""
    description: str = ""


@dataclass(frozen=True)
class Buyer:
    """A customer with one contact person; without a name of its own, that person buys for themselves."""

    name: str
    street: str
    first: str
    last: str
    email: str
    designation: str = ""


@dataclass(frozen=True)
class Words:
    """What is called how. The wares and buyers come in the order in which `making` takes them."""

    organization: str
    email: str
    street: str
    city: str
    tax: tuple[str, str]  # its name and percent
    wares: tuple[Ware, ...]
    buyers: tuple[Buyer, ...]
    thanks: str
    declined_because: str
    returned: str
    weekly: str
    remark: str
