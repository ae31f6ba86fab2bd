"""Units as people write them, and as machines do (UN/ECE Recommendation 20)."""

ONE = "C62"
_CODES = {
    "HUR": ("h", "hr", "hrs", "hour", "hours", "小时", "时"),
    "MIN": ("min", "mins", "minute", "minutes", "分钟"),
    "DAY": ("d", "day", "days", "天", "日"),
    "WEE": ("week", "weeks", "周", "星期"),
    "MON": ("month", "months", "月", "个月"),
    "ANN": ("year", "years", "年"),
    "H87": ("pc", "pcs", "piece", "pieces", "个", "件", "只", "块", "张", "台"),
    "SET": ("set", "sets", "套"),
    "PR": ("pair", "pairs", "双", "对"),
    "KGM": ("kg", "kilogram", "kilograms", "千克", "公斤"),
    "GRM": ("g", "gram", "grams", "克"),
    "TNE": ("t", "tonne", "tonnes", "吨"),
    "LTR": ("l", "litre", "litres", "liter", "liters", "升"),
    "MTR": ("m", "metre", "metres", "meter", "meters", "米"),
    "CMT": ("cm", "厘米"),
    "KMT": ("km", "公里", "千米"),
    "MTK": ("m2", "m²", "sqm", "平方米"),
    "MTQ": ("m3", "m³", "立方米"),
    "KWH": ("kwh", "千瓦时", "度"),
}
_BY_WORD = {word: code for code, words in _CODES.items() for word in words}


def code_of(unit: str) -> str:
    """The code of a unit; "one" for what no code is known of, since the line's words say the rest."""
    return _BY_WORD.get(unit.strip().rstrip(".").casefold(), ONE)
