"""What an installation may be told from outside. Whatever is wrong is refused by its name, before anything starts."""

import subprocess
import sys

import pytest

from counterfoil.config.environment import KNOWN, WrongEnvironment, read

SECRET = "a-secret-that-only-this-test-knows-0123456789"
WRONG = {
    "COUNTERFOIL_MODE": ["prod", "Production"],
    "COUNTERFOIL_DATA": ["/dev/null/folder"],
    "COUNTERFOIL_URL": [
        "portal.example.com",
        "ftp://portal.example.com",
        "https://portal.example.com/portal",
        "https://portal.example.com?a=b",
        "https://somebody@portal.example.com",
        "https://portal.example.com:99999",
        "https://portal.example.com:port",
        "https://",
    ],
    "COUNTERFOIL_SECRET_KEY": ["short"],
    "COUNTERFOIL_DATABASE_URL": [
        "mysql://localhost/books",
        "postgresql://localhost",
        "postgresql://localhost:port/books",
        "sqlite://",
        "books.sqlite3",
    ],
    "COUNTERFOIL_MAIL_HOST": ["smtp example.com", "smtp://example.com", "example.com:25"],
    "COUNTERFOIL_MAIL_PORT": ["0", "-1", "65536", "smtp", "２５", "25.0"],
    "COUNTERFOIL_MAIL_SECURITY": ["ssl", "STARTTLS"],
    "COUNTERFOIL_MAIL_SENDER": ["billing", "Billing <billing@example.com>", "a@b@c", "a b@example.com"],
    "COUNTERFOIL_SANDBOX_URL": [
        "localhost:8001",
        "ftp://localhost:8001",
        "http://localhost:port",
        "http://localhost/v1",
    ],
    "COUNTERFOIL_TRUSTED_PROXIES": ["-1", "11", "yes"],
    "COUNTERFOIL_LARGEST_UPLOAD": ["0", "201", "20MB", "-1"],
    "COUNTERFOIL_MOST_FILES": ["9", "100001", "many"],
    "COUNTERFOIL_BUCKET_URL": [
        "s3://key:secret@files.example.com/files",
        "https://files.example.com/files",
        "https://key:secret@files.example.com",
        "https://key:secret@files.example.com/files/deeper",
        "https://key:secret@files.example.com:port/files",
        "https://key:secret@files.example.com/files?colour=red",
    ],
    "COUNTERFOIL_TEST_DATABASE": ["mysql"],
}
UNCHECKED = {"COUNTERFOIL_MAIL_USERNAME", "COUNTERFOIL_MAIL_PASSWORD"}  # anything may be one


def test_every_variable_has_its_wrong_values_here():
    assert WRONG.keys() | UNCHECKED == KNOWN.keys()


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_one_is_refused_by_name(tmp_path, name, value):
    with pytest.raises(WrongEnvironment, match=name):
        read({"COUNTERFOIL_DATA": str(tmp_path), "COUNTERFOIL_SECRET_KEY": SECRET, name: value})


def test_one_that_does_not_exist_is_refused_by_name(tmp_path):
    with pytest.raises(WrongEnvironment, match="COUNTERFOIL_SECRET is not a setting"):
        read({"COUNTERFOIL_DATA": str(tmp_path), "COUNTERFOIL_SECRET": SECRET})


def test_a_password_in_a_wrong_address_is_not_repeated(tmp_path):
    with pytest.raises(WrongEnvironment) as refusal:
        read({"COUNTERFOIL_DATA": str(tmp_path), "COUNTERFOIL_DATABASE_URL": "mysql://me:my-password@host/books"})
    assert "my-password" not in str(refusal.value)


@pytest.mark.parametrize(
    ("missing", "wrong"),
    [
        ("COUNTERFOIL_SECRET_KEY", {"COUNTERFOIL_URL": "https://portal.example.com"}),
        ("COUNTERFOIL_URL", {"COUNTERFOIL_SECRET_KEY": SECRET}),
        ("COUNTERFOIL_URL", {"COUNTERFOIL_SECRET_KEY": SECRET, "COUNTERFOIL_URL": "http://portal.example.com"}),
        (
            "COUNTERFOIL_SANDBOX_URL",
            {
                "COUNTERFOIL_SECRET_KEY": SECRET,
                "COUNTERFOIL_URL": "https://portal.example.com",
                "COUNTERFOIL_SANDBOX_URL": "http://localhost:8001",
            },
        ),
    ],
)
def test_production_wants_a_secret_and_an_address_with_https_and_no_play_money(tmp_path, missing, wrong):
    with pytest.raises(WrongEnvironment, match=missing):
        read({"COUNTERFOIL_MODE": "production", "COUNTERFOIL_DATA": str(tmp_path), **wrong})


def test_without_any_it_is_development_with_a_secret_that_stays(tmp_path):
    first = read({"COUNTERFOIL_DATA": str(tmp_path)})
    assert (first.mode, first.url, first.mail_port) == ("development", "http://localhost:8000", 587)
    assert first.database["NAME"] == f"{tmp_path}/counterfoil.sqlite3"
    assert read({"COUNTERFOIL_DATA": str(tmp_path)}).secret_key == first.secret_key
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_the_database_is_read_from_its_address(tmp_path):
    address = "postgresql://me:p%40ss@db.example.com:5433/my%20books?sslmode=require"
    found = read({"COUNTERFOIL_DATA": str(tmp_path), "COUNTERFOIL_DATABASE_URL": address}).database
    named = {name: found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert named == {"NAME": "my books", "USER": "me", "PASSWORD": "p@ss", "HOST": "db.example.com", "PORT": "5433"}
    assert found["OPTIONS"]["sslmode"] == "require"


def test_a_command_says_what_is_wrong_in_one_line(tmp_path):
    command = [sys.executable, "-P", "-m", "counterfoil.config.commands", "verify"]
    wrong = {"COUNTERFOIL_DATA": str(tmp_path), "COUNTERFOIL_MAIL_PORT": "smtp"}
    done = subprocess.run(command, env=wrong, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("counterfoil: COUNTERFOIL_MAIL_PORT is 'smtp'")
    assert len(done.stderr.splitlines()) == 1
