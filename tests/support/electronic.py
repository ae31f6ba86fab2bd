"""What the standard says of an electronic invoice: its schema, and its business rules run by a real processor."""

from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}


def faults(xml: bytes) -> list[str]:
    """What the XSD and the Schematron of the profile EN 16931 find."""
    found = [str(one) for one in _against_schema(xml)]
    return found or _against_rules(xml)


def _folder() -> Path:
    import facturx

    (found,) = Path(facturx.__file__).parent.glob("xsd*/facturx-en16931")
    return found


@cache
def _schema() -> Any:
    (file,) = (one for one in _folder().glob("*EN16931.xsd"))
    return etree.XMLSchema(etree.parse(file))


def _against_schema(xml: bytes) -> list[Any]:
    schema = _schema()
    schema.validate(etree.fromstring(xml))
    return list(schema.error_log)


@cache
def _rules() -> Any:
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    (file,) = _folder().glob("*.xslt")
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(file))


def _against_rules(xml: bytes) -> list[str]:
    processor, rules = _rules()
    report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    failed = etree.fromstring(report.encode()).findall(".//svrl:failed-assert", SVRL)
    return [" ".join("".join(one.itertext()).split()) for one in failed]
