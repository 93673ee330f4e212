"""Client-made identities: the same row gives the same uid, whatever file it stands in."""

import uuid

_NAMESPACE = uuid.UUID("6f0f2d0a-5a0b-5d8e-9a3c-4f1d0c7be001")


def make_uid(street: str, kind: str, *parts: str) -> str:
    """
    Uid of an aggregate: uuid5 of the street, the kind and the parts that identify it.

    Parameters
    ----------
    street
        uid of the subdistrict, empty for the subdistrict itself and for what all streets share.
    kind
        Kind of list or label.
    parts
        The stated number, or provider or area, title, category, address or window; already normalised.
    """
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join((street, kind, *parts))))
