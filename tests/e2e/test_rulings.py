"""What people decide is an input of the next plan, shown with its names, and taken back."""

import json

from tests.e2e.conftest import NEEDS, RESOURCES, Office

AS_OF = "2026-11-22T09:00"


def served(office: Office, title: str) -> list[str]:
    """Names of the resources that a new plan gives a need from."""
    plan = json.loads(office.run("match", "--as-of", AS_OF, "--json"))
    return [row["resource_name"] for row in plan["pairings"] if row["title"] == title]


def test_a_ban_keeps_a_resource_from_a_need_until_it_is_lifted(ready: Office) -> None:
    assert served(ready, "会议室") == ["会议室"]
    told = ready.run("ruling", "ban", "会议室", "--need", "会议室", "--reason", "装修")
    assert "Noted: ban, 会议室 × 会议室, until it is lifted (reason: 装修)" in told
    assert served(ready, "会议室") == []
    (ruling,) = json.loads(ready.run("ruling", "list", "--json"))["rulings"]
    assert ruling["in_force"] is True
    assert ruling["resource_name"] == "会议室"
    assert "Noted before" in ready.run("ruling", "ban", "会议室", "--need", "会议室")
    assert "Lifted: ban" in ready.run("ruling", "lift", ruling["uid"][:8])
    assert served(ready, "会议室") == ["会议室"]
    assert "There are no rulings" in ready.run("ruling", "list")


def test_a_unit_that_declined_is_not_asked_again_before_its_cool_down_ends(ready: Office) -> None:
    told = json.loads(ready.run("ruling", "decline", "示例公司", "--until", "2030-01-31", "--json"))
    assert told["provider_name"] == "示例公司"
    assert told["need"] is None
    assert told["until"] == "2030-01-31"
    assert served(ready, "会议室") == []
    told = json.loads(ready.run("ruling", "no-show", "义剪", "--json"))
    assert told["resource_name"] == "义剪"
    assert told["until"] is not None


def test_what_cannot_be_decided_says_why_and_what_was_perhaps_meant(ready: Office) -> None:
    told = ready.run("ruling", "pin", "会议室", "会一室", code=4)
    assert "There is no resource 会一室. Maybe: 会议室" in told
    assert "There is no need 合唱" in ready.run("ruling", "pin", "合唱", "会议室", code=4)
    assert "could be several" in ready.run("ruling", "ban", "示例", code=4)
    told = ready.run("ruling", "pin", "会议室", "会议室", "--quantity", "3", code=1)
    assert "3 间 are to be kept, but 会议室 asks for 1 间" in told
    assert "2020-01-01 is over" in ready.run("ruling", "ban", "会议室", "--until", "2020-01-01", code=1)
    assert "There is no ruling abcdef" in ready.run("ruling", "lift", "abcdef", code=4)
    assert "There are no rulings" in ready.run("ruling", "list")


def test_a_plan_is_published_once(ready: Office) -> None:
    assert "There is no plan yet" in ready.run("publish", "latest", code=4)
    ready.run("match", "--as-of", AS_OF)
    assert "is published" in ready.run("publish", "latest")
    assert "was published already" in ready.run("publish", "latest")


def test_a_pinned_pair_is_in_every_plan_and_says_so(ready: Office) -> None:
    ready.run("ruling", "pin", "夜间停车", "操场停车", "--quantity", "2", "--reason", "已谈妥")
    plan = json.loads(ready.run("match", "--as-of", AS_OF, "--json"))
    pinned = [
        row
        for row in plan["pairings"]
        if any(term["code"].startswith("note.pinned") for term in row["terms"]) and row["title"] == "夜间停车"
    ]
    (row,) = pinned
    assert row["quantity"] == 8  # two pinned, and six that the plan adds in the same slot
    assert sum(row["quantity"] for row in plan["pairings"] if row["title"] == "夜间停车") == 8
    assert "已谈妥" in ready.run("explain", "夜间停车")
    assert "the same in every byte" in ready.run("replay")


def test_a_pin_against_a_rule_is_kept_with_a_word_about_the_rule(ready: Office) -> None:
    told = ready.run("ruling", "pin", "会议室", "操场停车")
    assert "fails the rule “another category”: 会议室 is" in told
    assert "needlework ruling lift" in told
    assert "Noted: pin" in told
    assert served(ready, "会议室") == ["操场停车"]
    assert "Noted before" in ready.run("ruling", "pin", "会议室", "操场停车")
    told = json.loads(ready.run("ruling", "pin", "老人理发", "义剪", "--json"))
    assert told["against_rule"] is None


def test_a_pin_that_no_plan_could_keep_is_refused_with_figures_and_what_to_do(ready: Office) -> None:
    told = ready.run("ruling", "pin", "夜间停车", "操场停车", code=1)
    assert (
        "“操场停车” gives 8 at a time, and what people have pinned takes 10: “夜间停车” ← “操场停车” (this one)" in told
    )
    assert "There are no rulings" in ready.run("ruling", "list")
    ready.run("ruling", "pin", "夜间停车", "操场停车", "--quantity", "8")
    told = ready.run("ruling", "pin", "夜间停车", "会议室", "--quantity", "3", code=1)
    assert "asks for 10 个, of which other pins leave 2, not 3: “夜间停车” ← “操场停车” 8 (uid" in told
    assert "Maybe write --quantity 2" in told
    ready.run("ruling", "pin", "老人理发", "义剪")
    told = ready.run("ruling", "pin", "老人理发", "操场停车", code=1)
    assert "all 20 人 of 老人理发 are pinned already: “老人理发” ← “义剪” 20" in told
    assert len(json.loads(ready.run("ruling", "list", "--json"))["rulings"]) == 2


def test_a_plan_that_a_pin_makes_impossible_names_the_pin_its_units_and_how_to_lift_it(ready: Office) -> None:
    pinned = json.loads(ready.run("ruling", "pin", "夜间停车", "操场停车", "--quantity", "8", "--json"))
    fewer = RESOURCES.replace("停车位,8,", "停车位,5,")
    (ready.lists / "资源.csv").write_text(fewer, encoding="utf-8")
    ready.run("import", ready.lists)
    told = ready.run("match", "--as-of", AS_OF, code=1)
    assert "“操场停车” gives 5 at a time, and what people have pinned takes 8: " in told
    assert f"“夜间停车” ← “操场停车” 8 (uid {pinned['uid']})" in told
    assert "ruling lift UID" in told
    told = ready.run("ruling", "pin", "老人理发", "义剪", code=1)
    assert "earlier pins must be mended first: “操场停车” gives 5" in told


def test_published_pairings_change_no_more_than_is_allowed(ready: Office) -> None:
    first = json.loads(ready.run("match", "--as-of", AS_OF, "--json"))
    ready.run("publish", first["run"])
    (ready.lists / "需求.csv").write_text(NEEDS + "东湖社区,探亲停车,停车位,8,急\n", encoding="utf-8")
    ready.run("import", ready.lists)
    kept = json.loads(ready.run("match", "--as-of", AS_OF, "--most-changes", "0", "--json"))
    then = {(row["need"], row["resource"]): row["quantity"] for row in first["pairings"]}
    now = {(row["need"], row["resource"]): row["quantity"] for row in kept["pairings"]}
    assert then.items() <= now.items()
    assert kept["figures"]["most_changes"] == 0


def test_a_pin_against_the_time_or_a_ban_names_both_times_or_the_ban_and_its_end(ready: Office) -> None:
    (ready.lists / "需求.csv").write_text(
        "所属社区,需求名称,需求类别,需求数量,紧急程度,需求时间\n东湖社区,晚间开会,会议室,1间,盼,工作日19:00-21:00\n",
        encoding="utf-8",
    )
    ready.run("import", ready.lists)
    told = ready.run("ruling", "pin", "晚间开会", "会议室")
    assert "晚间开会 asks for “工作日19:00-21:00”, 会议室 is open “工作日9:00-17:00”" in told
    assert "间" not in told.split("fails the rule")[1].split("People decide")[0].replace("晚间开会", "")
    ready.run("ruling", "ban", "义剪", "--need", "老人理发", "--until", "2099-12-31")
    told = ready.run("ruling", "pin", "老人理发", "义剪")
    assert "it is under a ruling (ban) until 2099-12-31 (uid " in told


def test_a_pinned_plan_costs_what_the_same_plan_costs_without_pins(ready: Office) -> None:
    free = json.loads(ready.run("match", "--as-of", AS_OF, "--json"))
    ready.run("ruling", "pin", "会议室", "会议室")
    pinned = json.loads(ready.run("match", "--as-of", AS_OF, "--json"))
    assert (pinned["objective"], pinned["bound"]) == (free["objective"], free["bound"])
    assert pinned["figures"]["pinned_cost"] > 0
    assert "of what people have pinned" in ready.run("match", "--as-of", AS_OF)
    both = json.loads(ready.run("compare", free["run"], pinned["run"], "--json"))
    assert both["plan_before"]["objective"] == both["plan_after"]["objective"]
    assert both["changes"] == []


def test_a_plan_that_changes_what_was_published_says_how_much(ready: Office) -> None:
    ready.run("match", "--as-of", AS_OF)
    ready.run("publish", "latest")
    assert "published pairings" not in ready.run("match", "--as-of", AS_OF)
    (ready.lists / "资源.csv").write_text(RESOURCES.replace("停车位,8,", "停车位,5,"), encoding="utf-8")
    ready.run("import", ready.lists)
    told = ready.run("match", "--as-of", AS_OF)
    assert "Of the 3 published pairings, 1 is changed. To change fewer, use match --most-changes K" in told
    assert "与已公布的 3 条对接相比，改了 1 条" in ready.run("match", "--as-of", AS_OF, "--lang", "zh")
