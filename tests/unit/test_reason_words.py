"""The English of reasons is right for one as for many."""

import re
import tomllib
from importlib.resources import files


def test_no_reason_puts_a_count_before_a_noun_that_would_need_a_plural() -> None:
    texts = tomllib.loads(files("graph_schema.messages").joinpath("reasons.toml").read_text(encoding="utf-8"))
    assert len(texts) > 20
    for code, text in texts.items():
        assert not re.search(r"\{(count|others|pieces|guarded)\} (?!of )[a-z]", text["en"]), code
