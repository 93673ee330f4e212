"""Why a value does not fit, in words of the catalogue: one table for the terminal's options and HTTP's queries."""

from collections.abc import Mapping
from typing import Any

from graph_schema.model.pairings import Finding

_CODES = {
    "int_parsing": "fault.whole",
    "int_type": "fault.whole",
    "int_from_float": "fault.whole",
    "int_parsing_size": "fault.whole",
    "float_parsing": "fault.number",
    "float_type": "fault.number",
    "finite_number": "fault.number",
    "bool_parsing": "fault.yes_or_no",
    "bool_type": "fault.yes_or_no",
    "greater_than_equal": "fault.at_least",
    "greater_than": "fault.more_than",
    "less_than_equal": "fault.at_most",
    "less_than": "fault.less_than",
    "string_too_long": "fault.too_long",
    "string_too_short": "fault.too_short",
    "string_type": "fault.text",
    "string_pattern_mismatch": "fault.form",
    "literal_error": "fault.one_of",
    "enum": "fault.one_of",
    "datetime_parsing": "fault.moment",
    "datetime_from_date_parsing": "fault.moment",
    "datetime_type": "fault.moment",
    "datetime_object_invalid": "fault.moment",
    "timezone_aware": "fault.zone",
    "missing": "fault.missing",
    "extra_forbidden": "fault.unknown",
    "json_invalid": "fault.json",
    "model_attributes_type": "fault.object",
    "dict_type": "fault.object",
}
"""Kind of a fault, as pydantic names it -> code."""

_BOUNDS = {
    "greater_than_equal": "ge",
    "greater_than": "gt",
    "less_than_equal": "le",
    "less_than": "lt",
    "string_too_long": "max_length",
    "string_too_short": "min_length",
    "literal_error": "expected",
    "enum": "expected",
}
"""Kind -> name of its bound among what pydantic tells."""


def inside(finding: Finding) -> dict[str, Any]:
    """A finding as a parameter of another."""
    return {"code": finding.code, "params": finding.params}


def fault(kind: str, told: Mapping[str, Any]) -> Finding:
    """
    What a value should have been; the value itself is not repeated.

    Parameters
    ----------
    kind
        As pydantic names it.
    told
        What it tells besides, such as the bound.
    """
    code = _CODES.get(kind)
    if code is None:
        return Finding("fault.other", {})
    if kind not in _BOUNDS:
        return Finding(code, {})
    bound = told[_BOUNDS[kind]]
    shown = str(bound).replace("'", "").replace(" or ", ", ") if isinstance(bound, str) else f"{bound:g}"
    return Finding(code, {"bound": shown})
