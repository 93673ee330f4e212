"""What a decision costs, what would change it, what to look for next, and two plans side by side."""

import json
from typing import Any

from tests.e2e.conftest import NEEDS, RESOURCES, Office

AS_OF = "2026-11-22T09:00"


def told(office: Office, *words: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(office.run(*words, "--json"))
    return answer


def test_an_unmet_need_has_remedies_and_a_trial_of_one_serves_it_and_saves_nothing(ready: Office) -> None:
    ready.run("match", "--as-of", AS_OF)
    before = told(ready, "runs")
    text = ready.run("remedies", "夜间停车")
    assert "“操场停车” gives 2 个 more" in text
    assert "needlework remedies NEED --try N" in text
    advice = told(ready, "remedies", "夜间停车")
    assert advice["remedies"][0]["changes"][0]["code"] == "remedy.capacity"
    assert advice["remedies"][0]["after"]["unmet"][0] == 0
    trial = told(ready, "remedies", "夜间停车", "--try", "1")
    assert trial["status"] == "optimal"
    assert trial["comparison"]["plan_after"]["by_class"]["urgent"]["met"] == 1
    text = ready.run("remedies", "夜间停车", "--try", "1")
    assert "urgent: 0 → 1 of 1 met, coverage 80.0 % → 100.0 %" in text
    assert "nothing is saved" in text
    assert told(ready, "runs") == before
    assert "2 of 10 个 unmet" in ready.run("explain", "夜间停车")


def test_what_needs_no_remedy_says_so(ready: Office) -> None:
    assert "is wholly served" in ready.run("remedies", "会议室", code=1)
    assert "There is no remedy 9" in ready.run("remedies", "夜间停车", "--try", "9", code=1)
    assert "There is no need 合唱" in ready.run("remedies", "合唱", code=4)


def test_forcing_a_pair_costs_what_it_displaces(ready: Office) -> None:
    (ready.lists / "需求.csv").write_text(NEEDS + "东湖社区,探亲停车,停车位,2,盼\n", encoding="utf-8")
    ready.run("import", ready.lists)
    text = ready.run("opportunity", "探亲停车")
    assert "示例中学" in text
    assert "1 more unmet (urgent)" in text
    assert "displaces 夜间停车 1" in text
    (row,) = told(ready, "opportunity", "探亲停车")["candidates"]
    assert row["first"]["unmet"] == [1, 0, 0, -1]
    assert row["most"] == 2
    assert row["whole"]["unmet"] == [2, 0, 0, -2]
    rows = told(ready, "opportunity", "操场停车")["candidates"]
    assert {row["title"] for row in rows} == {"夜间停车", "探亲停车"}
    assert told(ready, "opportunity", "会议室", "--resource")["name"] == "会议室"
    assert "There is no need 合唱" in ready.run("opportunity", "合唱", code=4)


def test_candidates_are_counted_in_the_units_of_their_needs(ready: Office) -> None:
    unit = told(ready, "opportunity", "老人理发")["candidates"][0]["unit"]
    assert unit.startswith("人")
    text = ready.run("opportunity", "老人理发", "--lang", "zh")
    assert f"硬给第一{unit}：" in text
    assert f"方案给 20 {unit}" in text
    assert "个" not in text


def test_explaining_can_bring_remedies_and_costs_along(ready: Office) -> None:
    explained = told(ready, "explain", "夜间停车", "--remedies", "--opportunity")
    assert explained["remedies"][0]["changes"][0]["code"] == "remedy.capacity"
    assert explained["opportunity"][0]["resource_name"] == "操场停车"
    text = ready.run("explain", "夜间停车", "--remedies", "--opportunity")
    assert "Remedies for 夜间停车" in text
    assert "Candidates of 夜间停车" in text


def test_one_more_unit_is_worth_most_where_an_urgent_need_is_unmet(ready: Office) -> None:
    rows = told(ready, "recruit", "--rows", "3")["worth"]
    assert rows[0]["category"].startswith("PRK")
    assert rows[0]["fewer_unmet"] == [1, 0, 0, 0]
    assert rows[0]["owners"][0]["resource_name"] == "操场停车"
    text = ready.run("recruit", "--rows", "1")
    assert "东湖社区" in text
    assert "1 fewer unmet (urgent)" in text
    assert "操场停车 of 示例中学" in text


def test_two_saved_plans_stand_side_by_side_from_what_they_kept(ready: Office) -> None:
    one = told(ready, "match", "--as-of", AS_OF)["run"]
    (ready.lists / "资源.csv").write_text(RESOURCES.replace("停车位,8,", "停车位,10,"), encoding="utf-8")
    ready.run("import", ready.lists)
    other = told(ready, "match", "--as-of", AS_OF)["run"]
    both = told(ready, "compare", one, other)
    assert both["plan_before"]["by_class"]["urgent"]["given"] == 8
    assert both["plan_after"]["by_class"]["urgent"]["given"] == 10
    (change,) = both["changes"]
    assert (change["before"], change["after"]) == (8, 10)
    assert change["reason"]["code"] == "change.shrunk"
    text = ready.run("compare", one, "latest")
    assert "示例中学 gives 8 → 10 个" in text
    assert "coverage of the worst-served community" in text


def test_two_policies_stand_side_by_side_on_the_street_of_today(ready: Office) -> None:
    near = ready.folder / "近.toml"
    near.write_text("[walking]\nwalk_speed_mps = 0.1\nelder_speed_mps = 0.1\n", encoding="utf-8")
    text = ready.run("compare", "--policy", near)
    assert "the latest plan's policy; after: " in text
    assert told(ready, "compare", "--policy", str(near), "--policy", str(near))["changes"] == []
    assert "Name two plans" in ready.run("compare", "latest", code=2)
    assert "Name two plans" in ready.run("compare", "latest", "latest", "--policy", near, code=2)


def test_an_emergency_and_a_limit_of_changes_are_asked_for_once(ready: Office) -> None:
    plain = told(ready, "match", "--as-of", AS_OF)
    once = told(ready, "match", "--as-of", AS_OF, "--emergency", "--most-changes", "3", "--deadline", "60")
    assert once["policy_hash"] != plain["policy_hash"]
    assert told(ready, "match", "--as-of", AS_OF)["policy_hash"] == plain["policy_hash"]


def test_a_pairing_names_what_it_won_by_and_an_unmet_need_whom_a_swap_would_cost(ready: Office) -> None:
    (ready.lists / "需求.csv").write_text(NEEDS + "东湖社区,探亲停车,停车位,2,急\n", encoding="utf-8")
    ready.run("import", ready.lists)
    served, unmet = sorted(
        (told(ready, "explain", title) for title in ("夜间停车", "探亲停车")), key=lambda row: row["unmet"] is not None
    )
    text = ready.run("explain", served["title"])
    assert "without 操场停车: " in text
    assert "instead: nobody" in text
    assert served["runners_up"][0]["lost_by"]["unmet"][0] >= 0
    assert unmet["swap"]["resource"] == served["pairings"][0]["resource"]
    assert "one unit more would come cheapest from 操场停车 (示例中学): " in ready.run("explain", unmet["title"])
