"""Mutants of the SQL of a model or a macro: a line becomes another that says something else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# What is written otherwise; a text that begins with a letter begins a word.
SWAPS = [
    ("<=", "<"),
    (">=", ">"),
    ("< ", "<= "),
    ("> ", ">= "),
    (" = ", " <> "),
    (" <> ", " = "),
    (" is null", " is not null"),
    (" is not null", " is null"),
    (" is distinct from ", " is not distinct from "),
    ("and ", "or "),
    ("or ", "and "),
    ("not ", ""),
    (" + ", " - "),
    (" - ", " + "),
    ("min(", "max("),
    ("max(", "min("),
    ("min_by(", "max_by("),
    ("max_by(", "min_by("),
    ("lag(", "lead("),
    ("lead(", "lag("),
    ("sum(", "max("),
    ("avg(", "max("),
    ("median(", "min("),
    ("round(", "floor("),
    ("count(distinct ", "count("),
    ("distinct ", ""),
    ("left join", "inner join"),
    ("inner join", "left join"),
    ("full outer join", "inner join"),
    ("union all", "union"),
    (" desc", ""),
    (" as timestamp)", " as date)"),
    ("nulls first", "nulls last"),
    ("nulls last", "nulls first"),
    ("true", "false"),
    ("false", "true"),
    ("unbounded preceding", "current row"),
    ("unbounded following", "current row"),
]
BOUNDARY = re.compile(r"([<>])=")
# Of a column no value is left, but its type.
LOST = "nullif"
# A comment, or Jinja that is no expression, or the name of a table: nothing there to write otherwise.
CLOSED = re.compile(r"^(--|\{[%#-])|\b(ref|source)\(")


@dataclass(frozen=True)
class Mutant:
    """A line of a file of the dbt project, without its indent, and what stands there instead."""

    file: str
    line: str
    wrong: str

    @property
    def crudeness(self) -> int:
        """How little it says about a rule: 0 where it moves a boundary, 2 where it loses a column, else 1."""
        if BOUNDARY.sub(r"\1", self.line) == BOUNDARY.sub(r"\1", self.wrong):
            return 0
        return 2 if self.wrong.startswith(LOST) else 1

    def fits(self, sql: str) -> bool:
        """True where the line is there."""
        return self.line in (line.strip() for line in sql.split("\n"))

    def of(self, sql: str) -> str:
        """Return the file's SQL with the wrong line, wherever the right one stands."""
        return "\n".join(
            line.replace(self.line, self.wrong) if line.strip() == self.line else line
            for line in sql.split("\n")
        )


def possible(file: str, sql: str) -> list[Mutant]:
    """Return the mutants of a file, of one line each."""
    lines = dict.fromkeys(line.strip() for line in sql.split("\n"))
    return [
        Mutant(file, line, wrong)
        for line in lines
        if not CLOSED.search(line)
        for wrong in dict.fromkeys(_otherwise(line))
        if wrong != line
    ]


def _otherwise(line: str) -> Iterator[str]:
    for right, wrong in SWAPS:
        for found in re.finditer((r"\b" if right[0].isalpha() else "(?<![<>])") + re.escape(right), line):
            yield line[: found.start()] + wrong + line[found.end() :]
    for found in re.finditer(r"'[\w ]+'", line):
        yield line[: found.end() - 1] + " otherwise" + line[found.end() - 1 :]
    for found in re.finditer(r"\b\d+\b", line):
        yield line[: found.start()] + str(int(found.group()) + 1) + line[found.end() :]
    if found := re.match(r"(partition by .*), [\w.]+$", line):
        yield found.group(1)
    if re.match(r"order by .*[\w.]$", line):
        # Not one column less: what is equal in the others would come in any order, at times in the right one.
        yield f"{line} desc"
    if re.match(r"(and|or) ", line):
        yield "-- " + line
    if found := re.match(r"(where|on) \S", line):
        yield f"{found.group(1)} true"
    if found := re.match(r"(?:(.*) as )?(\w+),$", line):
        value = found.group(1) or found.group(2)
        yield f"{LOST}({value}, {value}) as {found.group(2)},"
