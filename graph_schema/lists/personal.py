"""Personal data on its way in: dropped, hashed with the installation's key, or masked; never handed on in clear."""

import hashlib
import hmac
import re

from graph_schema.lists.cells import clean, key_of
from graph_schema.lists.errors import UnreadableValueError

TOKEN_PREFIX = "hmac-sha256:"  # noqa: S105 - a prefix, no password
SHORTEST_KEY_BYTES = 16

_TOKEN = re.compile(r"hmac-sha256:[0-9a-f]{64}")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(?:\+?86)?(0\d{2,3}\d{7,8}|\d{7,8})")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z](?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[A-HJ-NP-Z0-9]{6})"
)
_PHONE_SEPARATORS = re.compile(r"[\s\-—–()]+")
_PLATE_SEPARATORS = re.compile(r"[\s·•・.\-]+")
_MOBILE_INSIDE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_IDENTITY_INSIDE = re.compile(r"(?<![0-9A-Za-z])(\d{6})(?:19|20)\d{9}([0-9Xx])(?![0-9A-Za-z])")


def token(kind: str, text: str, hash_key: bytes) -> str:
    """
    Keyed hash of a personal value, in a form that a list can hold and that is read back as it is.

    Parameters
    ----------
    kind
        ``registrant``, ``phone`` or ``plate``; the same text under two kinds gives two hashes.
    text
        As written; spellings of one telephone or plate give one hash.
    hash_key
        Key of the installation, at least 16 bytes.

    Raises
    ------
    UnreadableValueError
        If the text is no such value; it is masked in the finding.
    """
    text = clean(text)
    if _TOKEN.fullmatch(text):
        return text
    plain = {"phone": _phone, "plate": _plate}.get(kind, key_of)(text)
    if not plain:
        raise UnreadableValueError(code="list_bad_registrant", value=mask(text))
    digest = hmac.new(hash_key, f"{kind}\x1f{plain}".encode(), hashlib.sha256).hexdigest()
    return TOKEN_PREFIX + digest


def mask(text: str) -> str:
    """At most the first character, and stars for the rest."""
    text = clean(text)
    return f"{text[:1]}***" if text else ""


def mask_inside(text: str) -> tuple[str, int]:
    """Free text with the telephone and identity numbers in it masked, and how many there were."""
    text, phones = _MOBILE_INSIDE.subn(r"\1****\2", text)
    text, identities = _IDENTITY_INSIDE.subn(r"\1**********\2", text)
    return text, phones + identities


def _phone(text: str) -> str:
    digits = _PHONE_SEPARATORS.sub("", text)
    found = _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits)
    if found is None:
        raise UnreadableValueError(code="list_bad_phone", value=mask(text), digits=sum(c.isdigit() for c in digits))
    return found.group(1)


def _plate(text: str) -> str:
    plain = _PLATE_SEPARATORS.sub("", text).upper()
    if not _PLATE.fullmatch(plain):
        raise UnreadableValueError(code="list_bad_plate", value=mask(text), characters=len(plain))
    return plain
