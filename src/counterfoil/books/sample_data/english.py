"""Sample data in English."""

from .words import Buyer, Ware, Words

ENGLISH = Words(
    organization="Sample Bakery",
    email="bakery@example.com",
    street="4 Mill Lane",
    city="Sampleton",
    tax=("Tax 10%", "10"),
    wares=(
        Ware("Sourdough loaf", "4.20", "pc", "Baked in the night, 1 kg"),
        Ware("Rolls, bag of 50", "19"),
        Ware("Croissants, tray of 12", "18"),
        Ware("Birthday cake", "45", description="Up to twelve people, with a name on it"),
        Ware("Wedding cake, three tiers", "380", description="With a tasting for two"),
        Ware("Delivery", "6"),
    ),
    buyers=(
        Buyer("Harbour Café", "3 Fish Quay", "Ana", "Moreau", "ana@example.com", "Owner"),
        Buyer("Linden Primary School", "18 Linden Road", "Tom", "Finch", "tom@example.com", "Bursar"),
        Buyer("The Old Mill Hotel", "1 Dock Road", "Amara", "Hart", "amara@example.com", "Kitchen"),
        Buyer("Corner Bookshop", "22 High Street", "Owen", "Pike", "owen@example.com", "Owner"),
        Buyer("", "7 Park Street", "Priya", "Nair", "priya@example.com"),
    ),
    thanks="Thank you for buying from us.",
    declined_because="We have found room for two trays only. Maybe next spring.",
    returned="Rolls that came too late",
    weekly="Bread every week",
    remark="They pay late every summer. A friendly call helps.",
)
