"""Every code that the lists can tell, with how grave it is and the parameters of its text."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from graph_schema.model.pairings import Finding


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"  # keeps a row or a file out
    WARNING = "warning"  # taken, but somebody should look
    NOTE = "note"  # for the record

    @property
    def refuses(self) -> bool:
        """Whether it keeps a row out."""
        return self is Severity.ERROR


_FILE_ERRORS = {
    "list_empty_file": "",
    "list_not_a_file": "",
    "list_cannot_open": "reason",
    "list_file_too_large": "megabytes most",
    "list_is_other_kind": "kind",
    "list_unknown_form": "suffix",
    "list_damaged": "detail",
    "list_password": "",
    "list_has_macros": "",
    "list_has_external_links": "",
    "list_too_many_parts": "parts most",
    "list_unpacks_too_large": "megabytes most",
    "list_ratio": "ratio most part",
    "list_too_wide": "most last",
    "list_too_many_cells": "rows columns",
    "list_too_many_merged": "merged most",
    "list_huge_cell": "most",
    "list_too_much_memory": "",
    "list_too_slow": "seconds",
    "list_utf16": "",
    "list_has_nul": "line",
    "list_unknown_encoding": "line",
    "list_mixed_encodings": "line",
    "list_not_text": "line",
    "list_broken_quotes": "line",
    "list_no_cells": "",
    "list_no_header": "sheets",
    "list_no_header_of_kind": "kind headers",
    "list_kind_ambiguous": "kind",
    "list_duplicate_header": "header first second",
    "list_missing_column": "kind columns row",
    "list_missing_column_beside": "kind columns row unknown",
    "list_too_many_rows": "most",
    "list_no_rows": "row",
    "list_blank_template": "",
    "list_twin_file": "first",
    "list_rests_on_refused": "files",
}
_ROW_ERRORS = {
    "list_cell_formula": "column",
    "list_cell_error": "column",
    "list_digits_lost": "column value",
    "list_text_too_long": "column characters most",
    "list_empty_cell": "column",
    "list_merged_quantity": "column value rows",
    "list_same_key": "sheet first second",
    "list_same_number": "column value sheet first second differ",
    "list_bad_uid": "column value",
    "list_no_street": "",
    "list_other_street": "value street",
    "list_two_streets": "value street row",
    "list_unknown_type": "column value allowed",
    "list_unknown_word": "column value allowed",
    "list_parent_needed": "type value",
    "list_wrong_parent": "type value",
    "list_unknown_parent": "value near",
    "list_circular_parent": "value",
    "list_unknown_station": "value near",
    "list_unknown_area": "column value near",
    "list_ambiguous_area": "column value near",
    "list_several_areas": "column value parts",
    "list_ambiguous_provider": "column value near",
    "list_team_with_agreement": "value",
    "list_bad_uscc": "column value characters",
    "list_unit_contradiction": "column value row",
    "list_uscc_taken": "value name",
    "list_term_without_start": "column value",
    "list_ends_before_start": "column value start",
    "list_vague_quantity": "column value",
    "list_quantity_range": "column value",
    "list_bad_quantity": "column value",
    "list_quantity_rest": "column value rest",
    "list_quantity_too_large": "column value most",
    "list_negative": "column value",
    "list_not_whole": "column value unit",
    "list_offered_above_total": "value total unit",
    "list_need_of_nothing": "column value",
    "list_bad_money": "column value",
    "list_money_without_unit": "column value",
    "list_finer_than_fen": "column value",
    "list_bad_date": "column value",
    "list_no_such_day": "column value",
    "list_year_out_of_range": "column value first last",
    "list_bad_window": "column value part",
    "list_no_such_time": "column value",
    "list_window_empty": "column value",
    "list_window_starts_late": "column value",
    "list_window_contradiction": "column value",
    "list_period_backwards": "column value",
    "list_too_many_windows": "column value windows most",
    "list_need_of_several_windows": "column value windows",
    "list_no_category": "value near",
    "list_unknown_category": "value near",
    "list_category_is_class": "value near",
    "list_unknown_group": "column value near",
    "list_no_crs": "value",
    "list_unknown_crs": "value allowed",
    "list_half_coordinates": "value",
    "list_bad_coordinate": "column value",
    "list_coordinates_not_degrees": "value",
    "list_coordinates_swapped": "value",
    "list_coordinates_outside": "value",
    "list_bad_share": "column value",
    "list_bad_year": "column value first last",
    "list_vague_coverage": "value",
    "list_own_community_unknown": "value",
    "list_bad_batch": "column value",
    "list_batch_contradiction": "column value first row",
    "list_unknown_resource": "value near",
    "list_ambiguous_resource": "value near",
    "list_no_registrant": "",
    "list_bad_registrant": "column value",
    "list_bad_phone": "column value digits",
    "list_bad_plate": "column value characters",
    "list_release_without_day": "value",
    "list_unknown_party": "column value near",
    "list_no_person": "",
    "list_limit_twice": "column value",
    "list_bad_quota": "column value",
    "list_quota_above_offered": "value offered unit",
    "list_unknown_skill": "column value near",
    "list_role_without_team": "value",
    "list_release_contradiction": "value status",
}
_WARNINGS = {
    "list_hidden_sheet": "sheet",
    "list_sheet_unrecognised": "sheet",
    "list_column_beside": "header used",
    "list_unknown_columns": "headers",
    "list_area_by_prefix": "column value name",
    "list_provider_near": "value near",
    "list_provider_created": "value",
    "list_lead_near": "value near",
    "list_unknown_unit_type": "value allowed",
    "list_unit_unknown": "value unit category wanted",
    "list_units_differ": "value total",
    "list_beneficiaries_only": "value unit",
    "list_beneficiaries_unclear": "value",
    "list_year_assumed": "column value day",
    "list_due_kept_as_text": "value",
    "list_part_of_day_assumed": "value window",
    "list_next_day_assumed": "value ends",
    "list_afternoon_likely": "value ends likely",
    "list_whole_days_assumed": "value",
    "list_due_past": "column value day",
    "list_due_far": "column value day",
    "list_day_ahead": "column value day",
    "list_no_such_fund": "column value near",
    "list_holidays_are_rest_days": "value",
    "list_summer_is_july_and_august": "value",
    "list_category_guessed": "value evidence guess",
    "list_mode_ignored": "value allowed",
    "list_flag_ignored": "value allowed",
    "list_role_ignored": "value allowed",
    "list_skill_ignored": "value near",
    "list_affiliation_unknown": "value near",
    "list_budget_overdrawn": "value amount",
    "list_limit_below_slot": "pseudonym limit unit takes term",
    "list_pool_without_members": "value",
    "list_released_already": "value day",
    "list_personal_masked": "column",
}
_NOTES = {
    "list_sheet_ignored": "sheet",
    "list_personal_dropped": "columns",
    "list_approximate": "value most unit",
}

CODES: Mapping[str, tuple[Severity, frozenset[str]]] = MappingProxyType(
    {
        code: (severity, frozenset(params.split()))
        for severity, codes in (
            (Severity.ERROR, _FILE_ERRORS | _ROW_ERRORS),
            (Severity.WARNING, _WARNINGS),
            (Severity.NOTE, _NOTES),
        )
        for code, params in codes.items()
    }
)
"""Code -> (severity, names of the parameters that its text may use)."""


def finding(code: str, **params: Any) -> Finding:
    """
    A finding with exactly the parameters of its code.

    Raises
    ------
    KeyError
        If the code is unknown or its parameters are others: a slip of this program, not of a list.
    """
    _, names = CODES[code]
    if names != params.keys():
        msg = f"{code} takes {sorted(names)}, got {sorted(params)}."
        raise KeyError(msg)
    return Finding(code, params)


def severity_of(code: str) -> Severity:
    """How grave the findings of a code are."""
    return CODES[code][0]


def takes(code: str, name: str) -> bool:
    """Whether a code has a parameter of this name."""
    return name in CODES[code][1]
