"""The installation's signature under what leaves it: certificates, published heads, exports.

Ed25519: short, deterministic, and `openssl pkeyutl -verify` can check it without Assay. A document
names its own kind inside, so that one kind can never be shown for another.
"""

import base64
import binascii
import hashlib
import json
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from core.errors import CannotSign

FINGERPRINT_LENGTH = 16  # hex digits: enough to compare two keys by eye


def sign(document: bytes) -> str:
    """Return this installation's signature of a document, in base64.

    CannotSign when it has no key, or one that is none.
    """
    return _text(_own_key().sign(document))


def public_key() -> str:
    """Return the key that proves this installation's signatures, in base64: for everybody.

    CannotSign when there is no key.
    """
    return _text(_own_key().public_key().public_bytes_raw())


def is_signed(document: bytes, signature: str, key: str) -> bool:
    """Tell whether `signature` was made for exactly this document by the owner of public `key`.

    Needs no settings and no database; what is not base64, or no key, proves nothing.
    """
    try:
        proof = base64.b64decode(signature, validate=True)
        known = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        known.verify(proof, document)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def fingerprint(key: str) -> str:
    """Return the short form of a public key in base64 that a person compares by eye."""
    return hashlib.sha256(key.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def canonical(content: object) -> bytes:
    """Return the one way of writing JSON content that is signed: sorted, tight, UTF-8.

    TypeError for a float: figures are whole numbers or texts, else two machines write two things.
    """
    _refuse_floats(content)
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def new_key() -> str:
    """Return a fresh private key as PEM; provisioning a demo or a test makes one."""
    made = Ed25519PrivateKey.generate()
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _own_key() -> Ed25519PrivateKey:
    return _read(settings.SIGNING_KEY)


@lru_cache(maxsize=4)
def _read(pem: str | None) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key((pem or "").encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as refusal:
        raise CannotSign from refusal
    if not isinstance(key, Ed25519PrivateKey):
        raise CannotSign
    return key


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _refuse_floats(content: object) -> None:
    if isinstance(content, float):
        raise TypeError("a signed document holds no floats; write the figure as text")
    if isinstance(content, dict):
        content = list(content.values())
    if isinstance(content, list | tuple):
        for each in content:
            _refuse_floats(each)
