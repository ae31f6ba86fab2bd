"""Every environment variable that Counterfoil reads, with its type and default. A wrong one is refused by name."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from counterfoil.books.files.address import BucketAddress

Mode = Literal["development", "demo", "production", "test"]
SHORTEST_SECRET = 32


class WrongEnvironment(Exception):
    """An environment variable is missing or wrong. The message names it and says what it should be."""


@dataclass(frozen=True)
class Environment:
    """What the installation was told from outside."""

    mode: Mode
    data: Path
    url: str  # where people reach it: scheme, host and port, without a trailing slash
    secret_key: str
    database: dict[str, object]  # Django's DATABASES["default"]
    mail_host: str
    mail_port: int
    mail_security: Literal["starttls", "tls", "none"]
    mail_username: str
    mail_password: str
    mail_sender: str
    sandbox_url: str  # where the Sandbox gateway answers; empty where there is none
    trusted_proxies: int  # how many proxies in front of us set X-Forwarded-For
    largest_upload: int  # bytes of one file
    most_files: int  # of one customer
    bucket: BucketAddress | None  # where uploaded files lie; None for the data folder

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def is_https(self) -> bool:
        return self.url.startswith("https://")


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read and check all of them. Raises WrongEnvironment at the first that is wrong."""
    _refuse_unknown(variables)
    _choice(variables, "COUNTERFOIL_TEST_DATABASE", ("sqlite", "postgresql"), "sqlite")
    mode = _choice(variables, "COUNTERFOIL_MODE", get_args(Mode), "development")
    data = _folder(variables)
    return Environment(
        mode=mode,  # type: ignore[arg-type]
        data=data,
        url=_url(variables, mode),
        secret_key=_secret(variables, mode, data),
        database=_database(variables.get("COUNTERFOIL_DATABASE_URL") or f"sqlite:///{data}/counterfoil.sqlite3"),
        mail_host=_mail_host(variables),
        mail_port=_number(variables, "COUNTERFOIL_MAIL_PORT", 587, least=1, largest=65535),
        mail_security=_choice(variables, "COUNTERFOIL_MAIL_SECURITY", ("starttls", "tls", "none"), "starttls"),  # type: ignore[arg-type]
        mail_username=variables.get("COUNTERFOIL_MAIL_USERNAME", ""),
        mail_password=variables.get("COUNTERFOIL_MAIL_PASSWORD", ""),
        mail_sender=_mail_sender(variables),
        sandbox_url=_sandbox_url(variables, mode),
        trusted_proxies=_number(variables, "COUNTERFOIL_TRUSTED_PROXIES", 0, largest=10),
        largest_upload=_number(variables, "COUNTERFOIL_LARGEST_UPLOAD", 20, least=1, largest=200) * 1024 * 1024,
        most_files=_number(variables, "COUNTERFOIL_MOST_FILES", 2_000, least=10, largest=100_000),
        bucket=_bucket(variables, mode),
    )


KNOWN = {
    "COUNTERFOIL_MODE": "development, demo or production",
    "COUNTERFOIL_DATA": "the folder for the database and files",
    "COUNTERFOIL_URL": "the address that people reach it at, such as https://portal.example.com",
    "COUNTERFOIL_SECRET_KEY": f"at least {SHORTEST_SECRET} random characters; signs sessions and encrypts secrets",
    "COUNTERFOIL_DATABASE_URL": "sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME",
    "COUNTERFOIL_MAIL_HOST": "the mail server; when set, it wins over the settings page",
    "COUNTERFOIL_MAIL_PORT": "its port",
    "COUNTERFOIL_MAIL_SECURITY": "starttls, tls or none",
    "COUNTERFOIL_MAIL_USERNAME": "its user name",
    "COUNTERFOIL_MAIL_PASSWORD": "its password",
    "COUNTERFOIL_MAIL_SENDER": "the address that mail comes from",
    "COUNTERFOIL_SANDBOX_URL": "where the Sandbox gateway answers, for trying out payments without real money",
    "COUNTERFOIL_TRUSTED_PROXIES": "how many proxies in front set X-Forwarded-For",
    "COUNTERFOIL_LARGEST_UPLOAD": "how many MB a file that somebody uploads may have",
    "COUNTERFOIL_MOST_FILES": "how many files one customer's account and documents may have",
    "COUNTERFOIL_BUCKET_URL": "https://ACCESS_KEY:SECRET@HOST/BUCKET?region=REGION, where uploaded files are kept",
    "COUNTERFOIL_TEST_DATABASE": "sqlite or postgresql: which database a test run uses",
}


def _refuse_unknown(variables: Mapping[str, str]) -> None:
    unknown = sorted(name for name in variables if name.startswith("COUNTERFOIL_") and name not in KNOWN)
    if unknown:
        raise WrongEnvironment(f"{unknown[0]} is not a setting of Counterfoil. Known ones: {', '.join(KNOWN)}.")


def _folder(variables: Mapping[str, str]) -> Path:
    """Where the data lies. It is made later, when everything else has been found right."""
    value = variables.get("COUNTERFOIL_DATA") or "data"
    path = Path(value).expanduser().resolve()
    nearest = next(one for one in (path, *path.parents) if one.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        raise WrongEnvironment(f"COUNTERFOIL_DATA is {value!r}; it must be a folder that can be written to.")
    return path


def _choice(variables: Mapping[str, str], name: str, choices: tuple[str, ...], default: str) -> str:
    value = variables.get(name) or default
    if value not in choices:
        raise WrongEnvironment(f"{name} is {value!r}; it must be one of {', '.join(choices)}.")
    return value


def _number(variables: Mapping[str, str], name: str, default: int, *, largest: int, least: int = 0) -> int:
    value = variables.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and least <= int(value) <= largest):
        raise WrongEnvironment(f"{name} is {value!r}; it must be a whole number from {least} to {largest}.")
    return int(value)


def _mail_host(variables: Mapping[str, str]) -> str:
    value = variables.get("COUNTERFOIL_MAIL_HOST", "")
    if any(character.isspace() or character in "/:@" for character in value):
        raise WrongEnvironment(
            f"COUNTERFOIL_MAIL_HOST is {value!r}; it must be a server's name alone, such as smtp.example.com."
        )
    return value


def _mail_sender(variables: Mapping[str, str]) -> str:
    value = variables.get("COUNTERFOIL_MAIL_SENDER", "")
    if value and not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", value):
        raise WrongEnvironment(
            f"COUNTERFOIL_MAIL_SENDER is {value!r}; it must be an e-mail address, such as billing@example.com."
        )
    return value


def _sandbox_url(variables: Mapping[str, str], mode: str) -> str:
    value = variables.get("COUNTERFOIL_SANDBOX_URL", "").rstrip("/")
    if value and mode == "production":
        raise WrongEnvironment("COUNTERFOIL_SANDBOX_URL is set, and in production anybody could pay with a test card.")
    if value and not _is_address(value):
        raise WrongEnvironment(f"COUNTERFOIL_SANDBOX_URL is {value!r}; it must look like http://localhost:8001.")
    return value


def _bucket(variables: Mapping[str, str], mode: str) -> BucketAddress | None:
    value = variables.get("COUNTERFOIL_BUCKET_URL", "")
    if not value:
        return None
    shown = value.rsplit("@", maxsplit=1)[-1]  # without its secret
    try:
        found = BucketAddress.read(value)
    except ValueError:
        raise WrongEnvironment(
            f"COUNTERFOIL_BUCKET_URL is {shown!r}; it must be https://ACCESS_KEY:SECRET@HOST/BUCKET?region=REGION."
        ) from None
    host = urlsplit(found.endpoint).hostname
    if mode == "production" and found.endpoint.startswith("http://") and host not in ("localhost", "127.0.0.1"):
        raise WrongEnvironment("COUNTERFOIL_BUCKET_URL must start with https:// in production.")
    return found


def _is_address(value: str) -> bool:
    """Whether it is a scheme, a host and perhaps a port, and nothing else."""
    try:
        parts = urlsplit(value)
        is_bare = not (parts.path or parts.query or parts.fragment or parts.username or parts.port == 0)
    except ValueError:  # a port that is none
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_bare


def _url(variables: Mapping[str, str], mode: str) -> str:
    value = variables.get("COUNTERFOIL_URL", "")
    if not value and mode == "production":
        raise WrongEnvironment("COUNTERFOIL_URL is missing: the address that people reach this at, used in mails.")
    value = (value or "http://localhost:8000").rstrip("/")
    if not _is_address(value):
        raise WrongEnvironment(f"COUNTERFOIL_URL is {value!r}; it must look like https://portal.example.com.")
    parts = urlsplit(value)
    if mode == "production" and parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
        raise WrongEnvironment("COUNTERFOIL_URL must start with https:// in production.")
    return value


def _secret(variables: Mapping[str, str], mode: str, data: Path) -> str:
    value = variables.get("COUNTERFOIL_SECRET_KEY", "")
    if value and len(value) < SHORTEST_SECRET:
        raise WrongEnvironment(f"COUNTERFOIL_SECRET_KEY is too short; it needs at least {SHORTEST_SECRET} characters.")
    if value:
        return value
    if mode == "production":
        raise WrongEnvironment("COUNTERFOIL_SECRET_KEY is missing: at least 32 random characters, kept secret.")
    return _kept_secret(data / "secret-key")


def _kept_secret(path: Path) -> str:
    """A secret of this data folder, made at first use; two starts at one moment agree on one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        draft.write_text(secrets.token_urlsafe(48))
        draft.chmod(0o600)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its secret holds
        finally:
            draft.unlink()
    return path.read_text().strip()


def _database(url: str) -> dict[str, object]:
    try:
        parts = urlsplit(url)
        if parts.scheme == "sqlite" and parts.path:
            return _sqlite(parts)
        if parts.scheme in ("postgresql", "postgres") and parts.path.strip("/"):
            return _postgresql(parts, port=parts.port)
    except ValueError:  # a port that is none
        pass
    raise WrongEnvironment(
        f"COUNTERFOIL_DATABASE_URL is {url.rsplit('@', maxsplit=1)[-1]!r}; it must be sqlite:///PATH or postgresql://…/NAME."
    )


def _sqlite(parts: SplitResult) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": unquote(parts.path[1:]) if parts.path.startswith("//") else unquote(parts.path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
        },
    }


def _postgresql(parts: SplitResult, *, port: int | None) -> dict[str, object]:
    options: dict[str, object] = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "counterfoil.foundation.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or options.pop("port", "") or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "options": "-c lock_timeout=15s", "prepare_threshold": 0, **options},
    }
