"""The key with which an organization seals what was signed, and the certificate by which others check the seal.

The certificate is signed with its own key: it says that a file is unchanged and came from whoever gave this certificate
out, and that is the organization, from its settings.
"""

import ssl
from datetime import timedelta
from hashlib import sha256

from django.db import transaction

from counterfoil.foundation import clock
from counterfoil.foundation.actors import SYSTEM
from counterfoil.foundation.events import record

from .models import Organization, SigningKey

LASTS = timedelta(days=30 * 365)  # longer than anybody has to keep a quote
LONGEST_NAME = 64  # bytes of whom a certificate is for


@transaction.atomic
def ready(organization_id: int) -> SigningKey:
    """The organization's key, made when it is first needed."""
    found = SigningKey.objects.filter(organization_id=organization_id).first()
    if found is not None:
        return found
    organization = Organization.objects.defer("logo").get(id=organization_id)
    key, certificate = _made_for(organization)
    values = {"key": key, "certificate": certificate, "made_at": clock.now()}
    # Of two that are made at the same moment, the first stays.
    kept, is_new = SigningKey.objects.get_or_create(organization_id=organization_id, defaults=values)
    if is_new:
        made = {"fingerprint": fingerprint(kept.certificate)}
        record("organization.signing_key_made", organization, by=SYSTEM, audience="office", **made)
    return kept


def certificate_of(organization_id: int) -> str:
    """The certificate as PEM, or nothing while there is no key yet."""
    found = SigningKey.objects.filter(organization_id=organization_id).values_list("certificate", flat=True).first()
    return found or ""


def as_file(certificate: str) -> bytes:
    """The certificate as programs import it (DER)."""
    return ssl.PEM_cert_to_DER_cert(certificate)


def fingerprint(certificate: str) -> str:
    """The SHA-256 of the certificate as programs show it: 3F:A2:…"""
    return sha256(as_file(certificate)).digest().hex(":").upper()


def _made_for(organization: Organization) -> tuple[str, str]:
    """A fresh key and its certificate, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = organization.name.encode()[:LONGEST_NAME].decode(errors="ignore").strip()
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, name), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if len(organization.country) == 2:
        parts.insert(0, x509.NameAttribute(NameOID.COUNTRY_NAME, organization.country))
    subject, now = x509.Name(parts), clock.now()
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False
    ) | {"encipher_only": False, "decipher_only": False}
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pkcs8 = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pkcs8.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()
