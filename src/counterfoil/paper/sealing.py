"""A PDF sealed with an organization's key, so that a reader of PDFs shows whether a byte of it was changed since.

What makes the seal takes a second and some fifty megabytes to load, for something that happens once for a quote. So it
runs in a process of its own, and by each of ours one after the other.
"""

import base64
import json
import subprocess
import sys
from io import BytesIO
from threading import Lock

LONGEST = 60  # seconds
FIELD = "Seal"
_one_at_a_time = Lock()


class CannotSeal(Exception):
    """The other process failed. The message is its last line, which names no key."""


def sealed(pdf: bytes, *, key: str, certificate: str, reason: str) -> bytes:
    """The PDF with a signature over all of it (PAdES B-B). Key and certificate are PEM. Call it outside transactions.

    Raises CannotSeal.
    """
    told = {"pdf": base64.b64encode(pdf).decode(), "key": key, "certificate": certificate, "reason": reason}
    command = [sys.executable, "-P", "-m", __name__]
    with _one_at_a_time:
        done = subprocess.run(
            command, input=json.dumps(told).encode(), capture_output=True, check=False, timeout=LONGEST
        )
    if done.returncode:
        raise CannotSeal(done.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    return done.stdout


def _seal(pdf: bytes, *, key: str, certificate: str, reason: str) -> bytes:
    from asn1crypto import keys, pem, x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(pem.unarmor(certificate.encode())[2]),
        signing_key=keys.PrivateKeyInfo.load(pem.unarmor(key.encode())[2]),
        cert_registry=SimpleCertificateStore(),
    )
    how = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=reason,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    written = BytesIO()
    signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), how, signer=signer, output=written)
    return written.getvalue()


if __name__ == "__main__":
    asked = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(_seal(base64.b64decode(asked.pop("pdf")), **asked))
