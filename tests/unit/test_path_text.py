"""A pairing's way through the graph in words."""

import pytest

from api.path_text import in_words
from graph_schema.messages import Language
from graph_schema.model.pairings import PathStep

WAY = (
    PathStep("", "Agreement", "a", "", {}),
    PathStep("SIGNED_BY", "Organization", "o", "示例小学", {}),
    PathStep("PROVIDES", "Resource", "r", "操场", {}),
)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("zh", "没有编号的协议 —签约单位→ 示例小学 —提供→ 操场", id="zh"),
        pytest.param("en", "an agreement without a number —signed by→ 示例小学 —provides→ 操场", id="en"),
    ],
)
def test_an_agreement_without_a_number_is_called_so(language: Language, text: str) -> None:
    assert in_words(WAY, language) == text
