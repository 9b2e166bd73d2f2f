"""What the environment may say, and the sentence for each thing it may not."""

from pathlib import Path

import pytest

from config import environment
from config.environment import DatabaseRole, Purpose
from config.errors import StartRefused
from config.mail import MailServer, Security

LEAST = {"DATABASE_URL": "postgresql://a/b", "REDIS_URL": "redis://r", "SECRET_KEY": "k"}


def test_an_environment_that_says_the_least_is_production_as_role_app():
    seen = environment.read(LEAST)

    assert (seen.purpose, seen.database_role, seen.database_url, seen.is_https) == (
        Purpose.PRODUCTION,
        DatabaseRole.APP,
        "postgresql://a/b",
        False,
    )


@pytest.mark.parametrize("missing", sorted(LEAST))
def test_a_missing_address_or_secret_is_named(missing):
    variables = {name: value for name, value in LEAST.items() if name != missing}

    with pytest.raises(StartRefused, match=f"^{missing} is not set: give it, or {missing}_FILE"):
        environment.read(variables)


def test_a_secret_may_lie_in_a_file(tmp_path: Path):
    (tmp_path / "key").write_text("from the file\n")

    seen = environment.read({**LEAST, "SECRET_KEY_FILE": str(tmp_path / "key")})

    assert seen.secret_key == "from the file"


def test_a_secret_file_that_cannot_be_read_is_refused(tmp_path: Path):
    variables = {**LEAST, "SECRET_KEY_FILE": str(tmp_path / "absent")}

    with pytest.raises(StartRefused, match=r"SECRET_KEY_FILE names .*absent, which cannot be read"):
        environment.read(variables)


def test_the_role_chooses_the_address():
    variables = {
        **LEAST,
        "ASSAY_DATABASE_ROLE": "owner",
        "OWNER_DATABASE_URL": "postgresql://owner/b",
    }

    seen = environment.read(variables)

    assert seen.database_url == "postgresql://owner/b"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ASSAY_PURPOSE", "play", "must be one of: production, demo, test, bench"),
        ("ASSAY_DATABASE_ROLE", "root", "must be one of: app, owner, ops"),
        ("PORT", "0", "must be a number from 1 to 65535"),
        ("PORT", "eighty", "must be a number from 1 to 65535"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(name, value, sentence):
    with pytest.raises(StartRefused, match=sentence):
        environment.read({**LEAST, name: value})


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://relay", MailServer("relay", 25, Security.NONE)),
        (
            "smtp+starttls://us%40er:p%2Fw@mail.example.org",
            MailServer("mail.example.org", 587, Security.STARTTLS, "us@er", "p/w"),
        ),
        (
            "smtps://user:word@mail.example.org:8465",
            MailServer("mail.example.org", 8465, Security.TLS, "user", "word"),
        ),
    ],
)
def test_one_address_names_the_mail_server(url, server):
    seen = environment.read({**LEAST, "EMAIL_URL": url, "PUBLIC_URL": "https://assay.example.org"})

    assert (seen.mail_server, seen.mail_from) == (server, "Assay <assay@assay.example.org>")
    assert seen.sends_mail


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mail.example.org", "EMAIL_URL is not the address of a mail server; give smtp"),
        ("https://mail.example.org", "EMAIL_URL is not the address of a mail server; give smtp"),
        ("smtp://mail.example.org:port", "EMAIL_URL is not the address of a mail server"),
        ("smtp://", "EMAIL_URL names no mail server"),
        ("smtps://a/b", "EMAIL_URL names no mail server, or more than one"),
        ("smtp://user:secret@mail.example.org", "would send a password to mail.example.org for"),
    ],
)
def test_an_address_of_no_mail_server_is_refused_without_repeating_it(url, sentence):
    with pytest.raises(StartRefused, match=sentence) as refused:
        environment.read({**LEAST, "EMAIL_URL": url})

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("purpose", "sends"), [("production", False), ("demo", True), ("test", True)]
)
def test_without_a_mail_server_only_the_demo_and_tests_send_letters(purpose, sends):
    seen = environment.read({**LEAST, "ASSAY_PURPOSE": purpose})

    assert (seen.mail_server, seen.sends_mail) == (None, sends)


def test_an_https_address_decides_hosts_and_secure_cookies():
    seen = environment.read({**LEAST, "PUBLIC_URL": "https://assay.example.org/"})

    assert seen.is_https
    assert seen.allowed_hosts == ("assay.example.org", "127.0.0.1", "localhost")
