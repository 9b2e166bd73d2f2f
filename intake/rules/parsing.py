"""Turns a parsed mapping file into a `Mapping`, or refuses it naming the key that is wrong."""

import codecs
from datetime import date

from accounts.rules.roles import Role
from hierarchy.rules.levels import NAMES, Level
from intake.rules.mapping import (
    BRANCH,
    DayColumn,
    LineMap,
    Mapping,
    MeasureMap,
    MilestoneMap,
    Order,
    Rounding,
    SeatMap,
    StageMap,
    Team,
    Text,
    WhenEmpty,
)
from intake.rules.section import Section
from intake.rules.values import Formats
from measures.rules.lines import Direction, EffectType, Nature, Recurrence
from measures.rules.stage import Stage

TODAY = "today"
SEPARATORS = {".", ",", "'", " ", ""}
LEVELS = {words: level for level, words in NAMES.items() if level is not Level.MEASURE}
STAGES = {stage.name.lower(): stage for stage in Stage if Stage.DEFINED < stage < Stage.CLOSED}
CURRENCY_LETTERS = 3


def mapping_of(table: dict[str, object]) -> Mapping:
    """Return the mapping that a parsed TOML file declares; MappingRefused."""
    with Section("", table).complete() as top:
        mapping = _mapping(top)
    _check_people(mapping, top)
    return mapping


def _mapping(top: Section) -> Mapping:
    with top.table("file").complete() as file:
        encoding, delimiter = _encoding(file), file.text("delimiter", ",")
        if len(delimiter) != 1:
            raise file.refusal("delimiter", "must be one character")
        formats = _formats(file)
    with top.table("team").complete() as team:
        team_column, teams = team.text("column"), _teams(team.table("members"))
    return Mapping(
        name=top.text("name"),
        encoding=encoding,
        delimiter=delimiter,
        formats=formats,
        cut_over_on=_cut_over(top),
        spellings=_spellings(top.table("spellings")),
        levels=_levels(top.table("levels")),
        measure=_measure(top.table("measure")),
        lines=top.tables("lines", _line),
        milestones=top.tables("milestones", _milestone),
        stages=tuple(sorted(top.tables("stages", _stage), key=lambda each: each.stage)),
        orders=top.tables("order", lambda row: Order(row.text("first"), row.text("then"))),
        team_column=team_column,
        teams=teams,
        people=_people(top),
        seats=top.tables("seats", _seat),
    )


def _encoding(file: Section) -> str:
    name = file.text("encoding")
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise file.refusal("encoding", f"is “{name}”, which is not known") from None


def _formats(file: Section) -> Formats:
    point, group = file.text("decimal_separator", "."), file.text("group_separator", "")
    if point not in {".", ","} or group not in SEPARATORS or point == group:
        raise file.refusal("decimal_separator", "and group_separator must be two different signs")
    return Formats(
        dates=file.texts("date_formats"),
        decimal_separator=point,
        group_separator=group,
        not_given=frozenset({"", *file.texts("not_given", ())}),
    )


def _cut_over(top: Section) -> date | None:
    found = top.day("cut_over")
    if isinstance(found, date):
        return found
    if found != TODAY:
        raise top.refusal("cut_over", f"must be a date or “{TODAY}”")
    return None


def _spellings(columns: Section) -> dict[str, dict[str, str]]:
    found = {}
    for column in columns.each():
        meant = columns.table(column)
        found[column] = {written: meant.text(written) for written in meant.each()}
    return found


def _levels(levels: Section) -> dict[Level, Text]:
    with levels.complete():
        return {level: Text(levels.text(NAMES[level])) for level in BRANCH}


def _measure(section: Section) -> MeasureMap:
    with section.complete():
        return MeasureMap(
            code=Text(section.text("code")),
            name=Text(section.text("name")),
            description=Text(section.text("description")),
            effect_type=section.choice("effect_type", EffectType),
            starts_on=_optional_day(section, "starts_on"),
            ends_on=_optional_day(section, "ends_on"),
            size=section.text("size", ""),
            size_unit=section.text("size_unit", ""),
        )


def _line(row: Section) -> LineMap:
    currency = row.text("currency", "").upper()
    if currency and (len(currency) != CURRENCY_LETTERS or not currency.isalpha()):
        raise row.refusal("currency", "must be three letters, such as AUD")
    nature = row.choice("nature", Nature)
    less_is_better = Direction.MORE if nature is Nature.BENEFIT else Direction.LESS
    return LineMap(
        name=row.text("name"),
        amount=row.text("amount"),
        month=_day(row, "month"),
        nature=nature,
        effect_type=row.choice("effect_type", EffectType),
        recurrence=row.choice("recurrence", Recurrence),
        direction=row.choice("direction", Direction, less_is_better),
        currency=currency,
        decimals=row.number("decimals", 2, range(7)),
        rounding=row.choice("rounding", Rounding, Rounding.EXACT),
    )


def _milestone(row: Section) -> MilestoneMap:
    return MilestoneMap(
        name=row.text("name"),
        day=_day(row, "date"),
        is_mandatory=row.flag("mandatory", default=True),
        is_critical=row.flag("critical", default=False),
        weight=row.number("weight", 1, range(1, 101)),
    )


def _stage(row: Section) -> StageMap:
    name = row.text("stage")
    if name not in STAGES:
        words = ", ".join(STAGES)
        raise row.refusal("stage", f"is “{name}”, and must be one of {words}")
    return StageMap(STAGES[name], _day(row, "date"))


def _day(row: Section, key: str) -> DayColumn:
    return DayColumn(row.text(key), row.choice("when_empty", WhenEmpty, WhenEmpty.FIND))


def _optional_day(section: Section, key: str) -> DayColumn | None:
    column = section.text(key, "")
    return DayColumn(column) if column else None


def _teams(members: Section) -> dict[str, Team]:
    found = {}
    for name in members.each():
        with members.table(name).complete() as team:
            found[name] = Team(_email(team, "owner"), _email(team, "sponsor"),
                               _email(team, "controller"))  # fmt: skip
    return found


def _people(top: Section) -> dict[str, str]:
    rows = top.tables("people", lambda row: (_email(row, "email"), row.text("name")))
    return dict(rows)


def _seat(row: Section) -> SeatMap:
    level = row.text("level", NAMES[Level.ORGANIZATION])
    if level not in LEVELS:
        raise row.refusal("level", f"must be one of {', '.join(LEVELS)}")
    is_root = LEVELS[level] is Level.ORGANIZATION
    name = row.text("node", "") if is_root else row.text("node")
    return SeatMap(_email(row, "member"), row.choice("role", Role), LEVELS[level], name)


def _email(section: Section, key: str) -> str:
    address = section.text(key).strip().lower()
    if "@" not in address:
        raise section.refusal(key, "must be an e-mail address")
    return address


def _check_people(mapping: Mapping, top: Section) -> None:
    """Refuse a team in which one person would hold two of the three duties."""
    for name, team in mapping.teams.items():
        named = (team.owner, team.sponsor, team.controller)
        if len(set(named)) != len(named):
            raise top.refusal(
                f"team.members.{name}",
                "names one person twice: owner, sponsor and controller differ",
            )
