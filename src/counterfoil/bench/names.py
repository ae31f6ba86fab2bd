"""Who is who in the business that is measured, and names for as many customers as are wanted."""

from itertools import product

PASSWORD = "counterfoil-bench"  # noqa: S105 (of a business that nobody has)
OWNER, CONTACT = "owner@bench.test", "ana@bench.test"
PORTAL = "bench"

_FIRST: tuple[str, ...] = (
    "Alder",
    "Bellweather",
    "Calder",
    "Dovetail",
    "Elm",
    "Foxglove",
    "Gull",
    "Hartwell",
    "Ivory",
    "Juniper",
)
_FIRST += ("Kestrel", "Lantern", "Meadow", "Northlight", "Ostler", "Pemberton", "Quay", "Redbrick", "Saltmarsh", "Tern")
_THEN = ("Row", "& Finch", "Street", "Hill", "Bridge", "& Rye", "Wharf", "Lane", "& Daughters", "House")
_TRADE: tuple[str, ...] = (
    "Bookshop",
    "Cycles",
    "Tearoom",
    "Joinery",
    "Florists",
    "Dental Practice",
    "Theatre",
    "Vets",
    "Oysters",
)
_TRADE += ("Architects", "Coffee Roasters", "Ceramics", "Holidays", "Photography", "Wines", "Farm Shop", "Climbing")
_TRADE += ("Upholstery", "Boatyard", "Bakehouse")
_ZH_FIRST: tuple[str, ...] = (
    "青",
    "云",
    "海",
    "东",
    "华",
    "瑞",
    "金",
    "天",
    "明",
    "星",
    "春",
    "长",
    "大",
    "新",
    "百",
    "永",
    "鸿",
    "宏",
    "德",
    "和",
)
_ZH_THEN = ("禾", "杉", "川", "林", "峰", "源", "泰", "达", "兴", "宇", "诚", "安", "丰", "润")
_ZH_TRADE = ("茶业", "设计", "印刷", "贸易", "食品", "建筑", "科技", "文化", "服饰", "家具")
CHINESE = "竹溪茶业有限公司"  # the one whose list is searched for: nobody else's name has its first two characters
CHINESE_SEARCH = "竹溪"


def names(count: int) -> list[str]:
    """So many names, all different, every fourth of them Chinese; there are enough for 5,000."""
    english = (" ".join(parts) for parts in product(_FIRST, _THEN, _TRADE))
    chinese = ("".join(parts) + "有限公司" for parts in product(_ZH_FIRST, _ZH_THEN, _ZH_TRADE))
    return [next(chinese if place % 4 == 3 else english) for place in range(count - 1)] + [CHINESE]
