"""Whom the demo's business sells to. Everybody here is invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A contact person of a customer in the demo; `portal` says how far they are: "", "invited" or "enabled"."""

    first: str
    last: str
    email: str = ""
    role: str = ""
    portal: str = ""


@dataclass(frozen=True)
class Company:
    """A customer in the demo; `habit` is how it pays: prompt, late, slow, or never."""

    name: str
    street: str
    city: str
    postal_code: str
    people: tuple[Person, ...]
    country: str = "GB"
    region: str = ""
    currency: str = "GBP"
    language: str = "en"
    tax_id: str = ""
    days: int = 30
    habit: str = "prompt"
    every: int = 2  # months between its invoices


BAKERY = Company(
    "Harbour Bakery Ltd",
    "3 Fish Quay",
    "Whitby",
    "YO21 3PU",
    (
        Person("Ana", "Moreau", "ana@harbour.test", "Owner", "enabled"),
        Person("Sam", "Okafor", "sam@harbour.test", "Accounts", "enabled"),
        Person("Lucie", "Barr", "", "Front of house"),
    ),
    tax_id="GB 318 2290 41",
    every=1,
)
MILL = Company(
    "Quayside Mill Ltd",
    "The Old Mill, Dock Road",
    "Whitby",
    "YO21 1AB",
    (Person("Ana", "Moreau", "ana@harbour.test", "Director", "enabled"),),
    tax_id="GB 318 2291 17",
    every=3,
)
YUNSHAN = Company(
    "云杉设计有限公司",
    "静安区南京西路1266号",
    "上海市",
    "200040",
    (
        Person("伟", "陈", "wei@yunshan.test", "财务", "enabled"),
        Person("静", "林", "lin@yunshan.test", "设计", "invited"),
    ),
    country="CN",
    currency="CNY",
    language="zh-Hans",
    every=1,
)
OTHERS = (
    Company(
        "Alder & Finch Bookshop",
        "22 Stonegate",
        "York",
        "YO1 8AS",
        (Person("Tom", "Finch", "tom@alderfinch.test"),),
        habit="late",
    ),
    Company(
        "Bellweather Yoga",
        "8 Park Street",
        "Bristol",
        "BS1 5HX",
        (Person("Imogen", "Bell", "imogen@bellweather.test", portal="invited"),),
    ),
    Company(
        "Brackenridge Farm Shop",
        "Hill Farm, Nempnett",
        "Bristol",
        "BS40 8YT",
        (Person("Joan", "Bracken", "joan@brackenridge.test"),),
        habit="slow",
        every=3,
    ),
    Company(
        "Café Lumen",
        "41 Kungsgatan",
        "Göteborg",
        "411 19",
        (Person("Elsa", "Berg", "elsa@lumen.test"),),
        country="SE",
        currency="SEK",
    ),
    Company(
        "Calder Cycles",
        "5 Bridge Gate",
        "Hebden Bridge",
        "HX7 8EX",
        (Person("Ravi", "Calder", "ravi@caldercycles.test"),),
    ),
    Company(
        "Copper Kettle Tearoom",
        "1 Market Place",
        "Malton",
        "YO17 7LP",
        (Person("Maud", "Reid"),),
        habit="late",
        every=4,
    ),
    Company(
        "Dovetail Joinery",
        "Unit 4, Albert Works",
        "Sheffield",
        "S2 4QR",
        (Person("Owen", "Pike", "owen@dovetail.test", portal="enabled"),),
    ),
    Company("Fennel & Rye", "17 North Parade", "Bath", "BA1 5AT", (Person("Priya", "Nair", "priya@fennelrye.test"),)),
    Company(
        "Foxglove Florists",
        "60 Whiteladies Road",
        "Bristol",
        "BS8 2QA",
        (Person("Nell", "Hart", "nell@foxglove.test", portal="invited"),),
        habit="late",
    ),
    Company(
        "Galerie Mirabeau",
        "12 rue des Tanneurs",
        "Lyon",
        "69005",
        (Person("Hugo", "Lenoir", "hugo@mirabeau.test"),),
        country="FR",
        currency="EUR",
    ),
    Company(
        "Gull & Anchor",
        "2 Pier Road",
        "Whitby",
        "YO21 3PT",
        (Person("Pat", "Storr", "pat@gullanchor.test"),),
        habit="never",
        every=5,
    ),
    Company(
        "Hartwell Dental Practice",
        "9 Queen Square",
        "Bristol",
        "BS1 4JE",
        (Person("Amara", "Hartwell", "amara@hartwell.test"),),
    ),
    Company(
        "Ivory Keys Music School",
        "33 Gloucester Road",
        "Bristol",
        "BS7 8AE",
        (Person("Leo", "Marsh", "leo@ivorykeys.test"),),
        habit="slow",
    ),
    Company(
        "Juniper Row Distillery",
        "The Maltings",
        "Ludlow",
        "SY8 1PG",
        (Person("Freya", "Lock", "freya@juniperrow.test", portal="enabled"),),
    ),
    Company(
        "Kestrel Outdoor",
        "88 High Street",
        "Keswick",
        "CA12 5BD",
        (Person("Dan", "Airey", "dan@kestrel.test"),),
        habit="late",
    ),
    Company(
        "Kiyomi Ceramics",
        "寺町通1-2",
        "京都市",
        "604-8091",
        (Person("Yuki", "Mori", "yuki@kiyomi.test"),),
        country="JP",
        currency="JPY",
        every=4,
    ),
    Company(
        "Larkspur Holidays",
        "14 Marine Parade",
        "Lyme Regis",
        "DT7 3JF",
        (Person("Beth", "Cole", "beth@larkspur.test"),),
    ),
    Company(
        "Lantern Theatre",
        "Castle Street",
        "Bristol",
        "BS1 3XD",
        (Person("Kofi", "Boateng", "kofi@lantern.test"),),
        habit="slow",
        every=3,
    ),
    Company("Meadow Vets", "Station Road", "Wells", "BA5 1PT", (Person("Grace", "Lyle", "grace@meadowvets.test"),)),
    Company(
        "Northlight Photography",
        "3 Canal Wharf",
        "Leeds",
        "LS11 5PS",
        (Person("Iris", "Vane", "iris@northlight.test"),),
    ),
    Company(
        "Ostler Coffee Roasters",
        "Unit 7, Paintworks",
        "Bristol",
        "BS4 3EH",
        (Person("Ed", "Ostler", "ed@ostler.test", portal="enabled"),),
        every=1,
    ),
    Company(
        "Pemberton Architects",
        "2 The Crescent",
        "Salford",
        "M5 4PF",
        (Person("Clare", "Pemberton", "clare@pemberton.test"),),
        habit="late",
    ),
    Company("Redbrick Climbing", "Foundry Lane", "Sheffield", "S3 8AL", (Person("Max", "Tully", "max@redbrick.test"),)),
    Company(
        "Saltmarsh Oysters",
        "Quay Street",
        "Orford",
        "IP12 2NU",
        (Person("Rosa", "Kemp", "rosa@saltmarsh.test"),),
        habit="never",
        every=6,
    ),
    Company(
        "Tern & Tide Surf School",
        "Beach Road",
        "Croyde",
        "EX33 1NY",
        (Person("Finn", "Doyle", "finn@terntide.test"),),
        every=4,
    ),
    Company(
        "Vesper Wines Inc.",
        "410 Mission Street",
        "San Francisco",
        "94105",
        (Person("Nora", "Vesper", "nora@vesper.test"),),
        country="US",
        region="CA",
        currency="USD",
    ),
    Company("Wren & Daughters", "19 Lamb Street", "London", "E1 6EA", (Person("Ida", "Wren", "ida@wren.test"),)),
    Company(
        "青禾茶业",
        "西湖区龙井路18号",
        "杭州市",
        "310013",
        (Person("敏", "吴", "wu@qinghe.test", "经理", "invited"),),
        country="CN",
        currency="CNY",
        language="zh-Hans",
        every=3,
    ),
)
