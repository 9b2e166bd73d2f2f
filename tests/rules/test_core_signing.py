"""The installation's signature: made with its key, proved with the public half alone."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from core import signing
from core.errors import CannotSign

DOCUMENT = b'{"kind":"a certificate"}'


def test_a_signature_proves_exactly_the_document_it_was_made_for():
    signature, key = signing.sign(DOCUMENT), signing.public_key()

    assert signing.is_signed(DOCUMENT, signature, key)
    assert not signing.is_signed(DOCUMENT + b" ", signature, key)


def test_the_same_document_is_signed_the_same_way_each_time():
    assert signing.sign(DOCUMENT) == signing.sign(DOCUMENT)


def test_another_installation_s_key_proves_nothing(settings):
    ours = signing.sign(DOCUMENT)
    settings.SIGNING_KEY = signing.new_key()
    key = signing.public_key()

    assert not signing.is_signed(DOCUMENT, ours, key)
    assert signing.is_signed(DOCUMENT, signing.sign(DOCUMENT), key)


@pytest.mark.parametrize("part", ["", "no base64 !", "AAAA", "ö"])
def test_what_is_no_signature_and_no_key_proves_nothing(part):
    assert not signing.is_signed(DOCUMENT, part, signing.public_key())
    assert not signing.is_signed(DOCUMENT, signing.sign(DOCUMENT), part)


# A key for agreeing on secrets, which cannot sign.
X25519 = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VuBCIEIEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
-----END PRIVATE KEY-----"""


@pytest.mark.parametrize("key", [None, "", "no key", X25519])
def test_an_installation_without_a_key_says_how_to_make_one(settings, key):
    settings.SIGNING_KEY = key

    with pytest.raises(CannotSign, match="openssl genpkey -algorithm ed25519"):
        signing.sign(DOCUMENT)
    with pytest.raises(CannotSign):
        signing.public_key()


def test_two_keys_have_two_fingerprints(settings):
    first = signing.fingerprint(signing.public_key())
    settings.SIGNING_KEY = signing.new_key()

    assert (len(first), first == signing.fingerprint(signing.public_key())) == (16, False)


def test_signed_content_is_written_in_one_way_only():
    content = {"b": [1, "zł", None], "a": {"d": True, "c": "1.50"}}

    assert signing.canonical(content).decode() == '{"a":{"c":"1.50","d":true},"b":[1,"zł",null]}'


@pytest.mark.parametrize("content", [1.5, {"a": [{"b": 0.1}]}, (float("nan"),)])
def test_a_float_is_not_signed(content):
    with pytest.raises(TypeError, match="holds no floats"):
        signing.canonical(content)


def test_a_signature_is_what_the_standard_says(settings):
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    settings.SIGNING_KEY = (
        Ed25519PrivateKey.from_private_bytes(seed)
        .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        .decode()
    )

    made = (signing.public_key(), signing.sign(b""))

    assert tuple(base64.b64decode(each).hex() for each in made) == (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
            "b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    )  # RFC 8032, section 7.1, test 1
