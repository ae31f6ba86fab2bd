"""The documents that the tests print, and how they read them back."""

import datetime as dt
import io
from dataclasses import replace

from pypdf import PdfReader

from counterfoil.paper.sheet import (
    Columns,
    Fact,
    Line,
    Paid,
    Party,
    Passage,
    Payment,
    Receipt,
    Sheet,
    Total,
)
from counterfoil.paper.typesetting import render

AT = dt.datetime(2026, 10, 28, 9, 0, tzinfo=dt.UTC)

ENGLISH = Sheet(
    language="en",
    kind="sale",
    title="Invoice",
    number="INV-000209",
    organization=Party("Lindqvist & Zhou Studio", ("14 Wharf Lane, Bristol BS1 5TY",), "VAT GB 291 4475 06"),
    customer=Party("Harbour Bakery Ltd", ("3 Fish Quay", "Whitby YO21 3PU, United Kingdom"), "VAT GB 318 2290 41"),
    bill_to="Bill to",
    page_label="Page {n} of {m}",
    facts=(Fact("Invoice date", "28 Oct 2026"), Fact("Due date", "27 Nov 2026"), Fact("Order number", "HB-2281")),
    columns=Columns("Item", "Quantity", "Rate", "Amount", "Discount"),
    lines=(
        Line("Shopfront sign, design", "900.00", "1", "900.00", "Hand-drawn lettering, two rounds of changes"),
        Line("Menu boards", "540.00", "3", "180.00", "Set of three, chalk finish"),
        Line("Site visit and measuring", "210.00", "3 h", "70.00"),
    ),
    totals=(
        Total("Subtotal", "1,650.00"),
        Total("VAT 20%", "330.00"),
        Total("Total", "£1,980.00"),
        Total("Payments", "−600.00"),
        Total("Balance due", "£1,380.00", emphasis=True),
    ),
    payment=Payment("Bank transfer", (Fact("Sort code", "20-00-00"), Fact("Account number", "12345678"))),
    notes=Passage("Thank you for the warm rolls."),
    terms=Passage("Payment is due within 30 days.", "Terms and conditions"),
    footer="Registered in England and Wales, No. 09412274",
)

CHINESE = replace(
    ENGLISH,
    language="zh-Hans",
    title="发票",
    organization=Party("林周设计工作室", ("中国 上海市 徐汇区 衡山路 14 号",), "税号 91310104MA1FR0XX5K"),
    customer=Party("云杉设计有限公司", ("中国 杭州市 西湖区 文三路 90 号",), "税号 91330106MA2AXXXX3Q"),
    bill_to="收票方",
    page_label="第 {n} 页，共 {m} 页",
    facts=(Fact("开票日期", "2026年10月28日"), Fact("到期日", "2026年11月27日")),
    columns=Columns("项目", "数量", "单价", "金额", "折扣"),
    lines=(
        Line("门店招牌设计", "900.00", "1", "900.00", "手绘字体，两轮修改，含制作文件"),
        Line("Menu boards 菜单板", "486.00", "3", "180.00", "一套三块；粉笔效果", "10%"),
    ),
    totals=(Total("小计", "1,386.00"), Total("应付余额", "¥1,386.00", emphasis=True)),
    payment=None,
    notes=Passage("感谢您的惠顾。付款时请注明“INV-000209”。"),
    terms=None,
    footer="",
)

RECEIPT = replace(
    ENGLISH,
    kind="receipt",
    title="Receipt",
    number="PMT-000058",
    bill_to="Received from",
    facts=(Fact("Method", "Visa •••• 4242"), Fact("Reference", "HB-7781"), Fact("Paid to", "Lindqvist & Zhou Studio")),
    columns=None,
    lines=(),
    totals=(),
    payment=None,
    notes=None,
    terms=None,
    receipt=Receipt(
        "Thank you, Ana. Paid on 23 Nov 2026",
        "£1,196.50",
        (Paid("INV-000188", "£312.50", "Paid in full"), Paid("INV-000203", "£864.00", "Paid in full")),
        Total("Left as credit", "£20.00"),
    ),
)


def read(sheet: Sheet) -> PdfReader:
    return PdfReader(io.BytesIO(render(sheet, at=AT)))


def pages(sheet: Sheet) -> list[str]:
    """The words of each page."""
    return [page.extract_text() for page in read(sheet).pages]


def words(sheet: Sheet) -> str:
    """All words, with every run of white space as one space."""
    return " ".join("\n".join(pages(sheet)).split())
