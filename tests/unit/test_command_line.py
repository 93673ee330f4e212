"""The command line's words: every command and option speaks both languages, every code is in the catalogue."""

import errno
import io
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from api import cli
from api.commands.outcomes import outcome_of
from api.commands.session import ExitCode, Session
from api.errors import NoStreetError, StandingInTheWayError, UnknownNeedError
from graph_schema import errors
from graph_schema.demo import jinchang
from graph_schema.demo.scenes import SCENES
from graph_schema.lists import ListKind
from graph_schema.lists.errors import FileTakenError, UnwritableListError
from graph_schema.messages import catalogue, render
from graph_schema.model.errors import UnreadableFileError
from graph_schema.model.ledger import ImportStatus
from graph_schema.model.needs import NeedStatus, Urgency
from graph_schema.model.pairings import Finding
from graph_schema.model.rulings import RulingKind
from graph_schema.stores.bolt import _CONNECT_S
from graph_schema.stores.engine_home import EngineHome
from graph_schema.stores.registry import SERVER_OPENING_S, SERVER_RETRY_S
from graph_schema.streets import read_streets
from graph_schema.workdays import WorkCalendar
from matcher.eligibility import STAGES
from matcher.errors import refused
from matcher.status import Status

ROOT = Path(__file__).parent.parent.parent
OURS = ("cli.", "demo.")
SAID = re.compile(r"""["']((?:cli|demo)\.[a-z_.0-9]+)["']""")
BUILT = {
    *(f"cli.list.{kind}" for kind in (*ListKind, "register")),
    *(f"cli.import_status.{status}" for status in ImportStatus),
    *(f"cli.need_status.{status}" for status in NeedStatus),
    *(f"cli.reason.{stage}" for stage in (*STAGES, "stopped")),
    *(f"cli.run_status.{status}" for status in Status),
    *(f"cli.replay.{part}" for part in ("pairings", "shortfalls")),
    *(f"cli.ruling_kind.{kind}" for kind in RulingKind),
    "cli.kind.giver",
    *(f"cli.urgency.{level}" for level in Urgency),
    *(f"cli.kind.{kind}" for kind in errors.Sought if kind is not errors.Sought.PLAN),
    *(f"cli.usage.{section}_title" for section in ("arguments", "options", "commands")),
    *(f"cli.usage.tail.{tail}" for tail in ("default", "env_var", "required")),
    *(f"cli.usage.no_{sought}_near" for sought in ("option", "command")),
    *(f"cli.stage.{stage}" for stage in ("lists", "write", "read", "build", "solve", "save", "export", "advise")),
}
"""Codes that the program puts together from a value."""


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, member in getattr(command, "commands", {}).items():
        yield from commands(member, (*path, name))


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def run(*words: str) -> Ended:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        cli.main(list(words))
    return Ended(int(ended.value.code or 0), out.getvalue(), err.getvalue())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_and_parameter_has_help_in_the_language_asked_for(language: str) -> None:
    told = 0
    for path, command in commands(cli.command_line(language)):
        texts = [command.help, *(parameter.help for parameter in command.params)]
        assert all(texts), path
        told += len(texts)
        is_chinese = [bool(re.search(r"[\u4e00-\u9fff]", text.replace("绣花针", ""))) for text in texts]
        assert all(is_chinese) if language == "zh" else not any(is_chinese), path
    assert told > 60


def test_the_commands_are_those_that_the_help_names() -> None:
    names = {path for path, _ in commands(cli.command_line("en")) if path}
    helped = {tuple(code.removeprefix("cli.help.").split(".")) for code in catalogue() if code.startswith("cli.help.")}
    assert {path for path in helped if ":" not in path[-1]} == names


def test_every_code_that_the_program_says_is_in_the_catalogue_and_none_is_idle() -> None:
    said = {
        code
        for folder in ("api", "graph_schema/demo")
        for file in (ROOT / folder).rglob("*.py")
        for code in SAID.findall(file.read_text(encoding="utf-8"))
    }
    said = {
        code for code in said if code not in {"cli.help", "cli.stage", "cli.kind"} and not code.endswith(".")
    } | BUILT
    said |= {f"cli.column.{name}" for name in COLUMNS}
    known = {code for code in catalogue() if code.startswith(OURS) and not code.startswith("cli.help")}
    assert said == known


COLUMNS = {
    *("file", "sheet", "list", "rows", "valid", "bad"),
    *("id", "at", "status", "created", "updated", "unchanged"),
}


@pytest.mark.parametrize(("count", "said"), [(0, "0 warnings:"), (1, "1 warning:"), (2, "2 warnings:")])
def test_one_is_told_in_the_singular(count: int, said: str) -> None:
    assert render(Finding("cli.warnings", {"count": count}), "en") == said
    assert render(Finding("cli.warnings", {"count": count}), "zh") == f"提醒 {count} 处："


def test_no_english_message_of_ours_has_a_figure_and_a_plural_that_stays_one() -> None:
    fixed = re.compile(r"\{(?:count|rows|needs|pairings|records|registrations|tried)\} [a-z]+s\b")
    told = {code: text["en"] for code, text in catalogue().items() if code.startswith((*OURS, "page."))}
    assert [code for code, text in told.items() if fixed.search(text)] == []


def test_both_languages_of_a_message_name_the_same_figures() -> None:
    for code, text in catalogue().items():
        if code.startswith(OURS):
            named = [{name for _, name, _, _ in Formatter().parse(text[language]) if name} for language in ("zh", "en")]
            assert named[0] >= named[1] or named[1] >= named[0], code


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["demo", "--lang", "en"], ["--lang", "en", "demo"]),
        (["match", "--json", "--data", "d", "--seed", "1"], ["--data", "d", "match", "--json", "--seed", "1"]),
        (["--graph=x", "match"], ["--graph=x", "match"]),
        (["explain", "--", "--lang"], ["explain", "--", "--lang"]),
        (["match", "--lang"], ["--lang", "match"]),
        ([], []),
    ],
    ids=["after", "between", "joined", "behind two dashes", "without value", "nothing"],
)
def test_options_of_every_command_may_stand_anywhere(words: list[str], expected: list[str]) -> None:
    assert cli.hoisted(words) == expected


def test_the_language_is_chinese_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEEDLEWORK_LANG", raising=False)
    assert cli.asked_language(["demo"]) == "zh"
    assert cli.asked_language(["--lang=en", "demo"]) == "en"
    assert cli.asked_language(["--lang", "fr"]) == "zh"
    assert cli.asked_language(["--lang"]) == cli.asked_language([]) == "zh"
    monkeypatch.setenv("NEEDLEWORK_LANG", "en")
    assert cli.asked_language(["demo"]) == "en"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoStreetError(), ExitCode.REFUSED),
        (UnknownNeedError(Finding("cli.need_unknown", {"asked": "x"})), ExitCode.NOT_FOUND),
        (StandingInTheWayError(Finding("cli.resume_other_file", {"import_uid": "x"})), ExitCode.IN_THE_WAY),
        (errors.StoreUnavailableError("x"), ExitCode.UNAVAILABLE),
        (errors.StoreAccessError("x"), ExitCode.UNAVAILABLE),
        (errors.StoreAddressError("http://x"), ExitCode.UNAVAILABLE),
        (errors.DataDirectoryError("/proc/x", "No such file or directory"), ExitCode.UNAVAILABLE),
        (FileTakenError("out/需求清单.xlsx"), ExitCode.REFUSED),
        (UnwritableListError("out/需求清单.xlsx", "Permission denied"), ExitCode.REFUSED),
        (errors.NotFoundError(errors.Sought.RUN, "x"), ExitCode.NOT_FOUND),
        (errors.IncompleteImportError("uid", "file"), ExitCode.IN_THE_WAY),
        (errors.ForeignContentsError("demo", (("Need", 1),)), ExitCode.IN_THE_WAY),
        (errors.ImportInUseError("uid", ()), ExitCode.IN_THE_WAY),
        (errors.SchemaVersionError("x"), ExitCode.IN_THE_WAY),
        (errors.InvalidValueError("x"), ExitCode.REFUSED),
        (FileExistsError(17, "File exists", "policy.toml"), ExitCode.REFUSED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_that_is_foreseen_has_words_and_an_exit_code(error: Exception, code: ExitCode) -> None:
    outcome = outcome_of(error)
    assert outcome is not None
    assert outcome[1] is code
    for language in ("zh", "en"):
        assert Session(language).words(outcome[0])


@pytest.mark.parametrize(("language", "said"), [("zh", "没有应答"), ("en", "does not answer")])
def test_an_address_where_nobody_listens_ends_soon_with_3_and_is_named(language: str, said: str) -> None:
    ended = run("--lang", language, "--graph", "neo4j://127.0.0.1:1", "match")
    assert ended.returncode == ExitCode.UNAVAILABLE
    assert said in ended.stderr
    assert "neo4j://127.0.0.1:1" in ended.stderr
    assert ("也许" if language == "zh" else "Maybe") in ended.stderr
    assert "Couldn't connect" not in ended.stderr
    assert SERVER_OPENING_S + _CONNECT_S < SERVER_RETRY_S


def test_what_a_coordinator_may_meet_is_said_in_chinese_alone() -> None:
    for error in (
        errors.ImportInUseError("3f", (("Project", "9a", "错时停车"),)),
        errors.NotFoundError(errors.Sought.INCOMPLETE_IMPORT, "甲"),
        errors.NotFoundError(errors.Sought.PLAN),
        errors.ForeignContentsError("甲", (("Need", 1),)),
        errors.SchemaVersionError("乙. Maybe y."),
        errors.MissingReferenceError("乙. Maybe y."),
        errors.DuplicateKeyError("乙. Maybe y."),
        errors.StoredValueError("乙. Maybe y."),
        UnreadableFileError("乙. Maybe y."),
        refused(code="policy.unknown.near", key="乙", near="terms"),
        errors.InvalidValueError("乙. Maybe y."),
        *(
            OSError(number, "乙", "甲")
            for number in (errno.EACCES, errno.EEXIST, errno.ENOENT, errno.ENOSPC, errno.EIO)
        ),
        errors.StoreUnavailableError("x. Maybe y.", address="甲", reason="乙"),
        errors.StoreUnavailableError("x. Maybe y.", reason="乙"),
        errors.StoreAccessError("x. Maybe y.", address="甲", reason="乙"),
        errors.StoreAddressError("甲"),
        errors.DataDirectoryError("甲", "乙"),
        FileTakenError("需求清单"),
        UnwritableListError("需求清单", "乙"),
    ):
        outcome = outcome_of(error)
        assert outcome is not None
        words = Session("zh").words(outcome[0])
        assert "Maybe" not in words
        assert "也许" in words


def test_a_command_that_is_interrupted_says_so_and_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_language: str) -> Any:
        def command(**_words: object) -> int:
            return cli.INTERRUPTED

        return command

    monkeypatch.setattr(cli, "command_line", interrupted)
    with pytest.raises(SystemExit) as ended:
        cli.main(["imports"])
    assert ended.value.code == 130
    assert "已中断" in capsys.readouterr().err


def test_an_error_that_nobody_foresaw_is_not_hidden() -> None:
    assert outcome_of(ZeroDivisionError()) is None


def test_a_command_that_is_wrong_ends_with_2_and_says_how_to_write_it() -> None:
    for words in (
        ["nothing"],
        ["import"],
        ["match", "--as-of", "tomorrow"],
        ["scenario", "jinchang-2020", "--seed", "x"],
        ["import", "--undo", "x", "y"],
    ):
        ended = run(*words)
        assert ended.returncode == ExitCode.USAGE, words
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("words", "chinese", "english"),
    [
        (["match", "--foo"], "没有选项 --foo", "There is no option --foo"),
        (["match", "--horizn-days", "3"], "也许是：--horizon-days", "Maybe: --horizon-days"),
        (["match", "--seed"], "选项 --seed 后面没有写值", "The option --seed lacks its value"),
        (["match", "--json=3"], "选项 --json 后面不写值", "The option --json takes no value"),
        (["match", "--seed", "x"], "--seed 写的是“x”，应为整数", "--seed is 'x'; it must be a whole number"),
        (["match", "--horizon-days", "0"], "--horizon-days 写的是“0”，不能小于 1", "'0'; it must be at least 1"),
        (["match", "--horizon-days", "400"], "不能大于 366", "it must be at most 366"),
        (["match", "--deadline", "soon"], "--deadline 写的是“soon”，应为数字", "it must be a number"),
        (["match", "--policy", "nowhere"], "--policy 写的是“nowhere”，不存在", "it does not exist; maybe the path"),
        (["match", "--policy", "/"], "--policy 写的是“/”，是文件夹", "it is a folder; a file is wanted"),
        (["match", "--as-of", "tomorrow"], "“tomorrow”不是日期", "'tomorrow' is no date"),
        (["match", "--lang", "fr"], "只能是其中之一：zh, en", "must be one of: zh, en"),
        (["import", "x", "--kind", "y"], "--kind 写的是“y”，只能是其中之一：directory", "must be one of: directory"),
        (["import", "x", "--kind", "需求"], "budget；也许是：need", "budget; maybe need"),
        (["import", "x", "--crs", "gcj02"], "也许是：GCJ-02", "maybe GCJ-02"),
        (["import", "x", "--crs", "zzz"], "也许照抄其中一个", "maybe copy one of them"),
        (["scenario", "--write", "x"], "要写上情景的名称", "need the name of a scenario"),
        (["export", "x", "--format", "pdf"], "只能是其中之一：xlsx", "must be one of: xlsx"),
        (["ruling", "pin", "x", "y", "--until", "soon"], "应为日期，如 2026-12-31", "must be a date, as 2026-12-31"),
        (["explain"], "没有写 NEED：需求的编号", "NEED is missing: The need's uid"),
        (["explain", "a", "b"], "多出来的内容：b", "This is too much: b"),
        (["matsh"], "没有命令“matsh”。也许是：match", "There is no command matsh. Maybe: match"),
        (["ruling", "zzzz"], "没有命令“zzzz”", "There is no command zzzz"),
        (["--data", "d"], "没有写命令", "No command is named"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_a_wrong_command_line_is_told_in_the_language_asked_for(
    words: list[str], chinese: str, english: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for language, said in (("zh", chinese), ("en", english)):
        monkeypatch.setenv("NEEDLEWORK_LANG", language)
        with pytest.raises(SystemExit) as ended:
            cli.main(words)
        assert ended.value.code == ExitCode.USAGE
        told = capsys.readouterr().err
        assert said in told
        assert re.search("写法说明：needlework.* --help" if language == "zh" else "write it: needlework.* --help", told)
        if language == "zh":
            assert not re.search(r"Usage|Error|Invalid|Missing|Try ", told)


def test_a_command_without_words_shows_its_help_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["ruling"])
    assert ended.value.code == ExitCode.USAGE
    assert "固定一对" in capsys.readouterr().err


@pytest.mark.parametrize(("language", "said"), [("zh", "由人拍板"), ("en", "a person\n  decides")])
def test_the_program_alone_shows_its_help_in_the_language_asked_for(
    language: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEEDLEWORK_LANG", language)
    with pytest.raises(SystemExit) as ended:
        cli.main([])
    assert ended.value.code == ExitCode.USAGE
    assert said in capsys.readouterr().err


def test_a_scenario_that_does_not_exist_is_refused_by_name() -> None:
    ended = run("scenario", "nowhere", "--lang", "en")
    assert ended.returncode == ExitCode.NOT_FOUND
    assert "jinchang-2020" in ended.stderr


@pytest.mark.parametrize("asked", ["jinchang", "jinchang-202O", "yonji"])
def test_a_scenario_of_nearly_that_name_is_named(asked: str) -> None:
    ended = run("scenario", asked)
    assert ended.returncode == ExitCode.NOT_FOUND
    assert "也许是：" in ended.stderr
    assert asked[:3] in ended.stderr.split("也许是：")[1]


@pytest.mark.parametrize(("language", "said"), [("zh", "端口"), ("en", "The port")])
def test_a_port_that_another_program_has_is_told_before_anything_is_served(
    language: str, said: str, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--lang", language, "--data", str(tmp_path / "d"), "serve", "--port", str(port))
    assert ended.returncode == ExitCode.IN_THE_WAY
    assert f"{said} {port}" in ended.stderr
    assert "--port" in ended.stderr
    assert "http://" not in ended.stdout + ended.stderr
    assert not (tmp_path / "d").exists()


def test_what_the_system_says_of_a_folder_or_file_is_told_in_chinese(tmp_path: Path) -> None:
    told = []
    for open_it in (
        lambda: EngineHome(Path("/proc/nope")),
        lambda: WorkCalendar.from_csv(tmp_path / "absent.csv"),
        lambda: read_streets(tmp_path / "absent.osm"),
        lambda: read_streets(_written(tmp_path / "街.txt", "x")),
        lambda: read_streets(_written(tmp_path / "街.osm", "no xml")),
        lambda: WorkCalendar.from_csv(_written(tmp_path / "a.csv", "a,b\n1,2\n")),
        lambda: WorkCalendar.from_csv(_written(tmp_path / "b.csv", "date,kind,name\nsoon,休,\n")),
        lambda: WorkCalendar.from_csv(_written(tmp_path / "c.csv", "date,kind,name\n2027-02-05,x,\n")),
    ):
        with pytest.raises(errors.GraphSchemaError) as refused:
            open_it()
        outcome = outcome_of(refused.value)
        assert outcome is not None
        told.append(Session("zh").words(outcome[0]))
        assert "Maybe" in Session("en").words(outcome[0])
    for words in told:
        assert "也许" in words
        plain = words.replace(str(tmp_path), "").replace("/proc/nope", "")
        assert not re.search(r"[A-Za-z]{4,} [A-Za-z]{2,}", plain), words
    assert "没有这个文件或文件夹" in told[1]


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_a_name_every_scenario_is_listed(language: str) -> None:
    told = run("scenario", "--lang", language).stdout
    assert [line.split(":" if language == "en" else "\u3000")[0] for line in told.splitlines()] == list(SCENES)
    rows = json.loads(run("scenario", "--json").stdout)["scenarios"]
    assert [row["name"] for row in rows] == list(SCENES)


def test_lists_of_a_scenario_never_replace_a_file_that_is_there(tmp_path: Path) -> None:
    mine = tmp_path / jinchang.PARKING_FILE
    mine.write_bytes(b"mine")
    ended = run("scenario", "jinchang-2020", "--write", str(tmp_path), "--lang", "en")
    assert ended.returncode == ExitCode.REFUSED
    assert jinchang.PARKING_FILE in ended.stderr
    assert list(tmp_path.iterdir()) == [mine]
    assert mine.read_bytes() == b"mine"


def test_the_version_and_the_policy_need_no_graph(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("needlework")
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=60).stdout
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", told)
    file = tmp_path / "policy.toml"
    assert run("policy", "init", str(file)).returncode == ExitCode.DONE
    assert file.read_text(encoding="utf-8") == run("policy", "init").stdout
    again = run("policy", "init", str(file))
    assert again.returncode == ExitCode.REFUSED
    assert "Traceback" not in again.stderr


def test_written_lists_are_named_as_one_json_object(tmp_path: Path) -> None:
    ended = run("scenario", "jinchang-2020", "--write", str(tmp_path / "lists"), "--json")
    told = json.loads(ended.stdout)
    assert sorted(told["written"]) == sorted(str(path) for path in (tmp_path / "lists").iterdir())


def test_help_loads_neither_solver_nor_driver() -> None:
    script = (
        "import sys; from api.cli import command_line; command_line('zh'); "
        "print(sorted({'numba', 'scipy', 'neo4j', 'fastapi', 'pydantic'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout == "[]\n"
