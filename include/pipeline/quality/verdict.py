"""What the gate found: one `Check` for each expectation, and the verdict over all of them."""

from dataclasses import dataclass
from pathlib import Path

CRITICAL = "critical"
WARNING = "warning"


@dataclass(frozen=True)
class Check:
    """The outcome of one expectation.

    Attributes:
        table: the landed table, which is the source's name.
        column: the column it judges; None where it judges the table.
        name: unique within the table.
        description: the rule, as a sentence.
        severity: `critical` refuses the delivery, `warning` is only reported.
        passed: whether the rule holds; False where it could not be judged.
        failed_rows: how many rows break it; None where it does not count rows, or could not run.
        rows: how many rows it is about; None where they could not be counted.
        sample_of: what `sample` lists: ids of a column, `row` (position in the file), or `missing`.
        sample: at most five examples.
        error: why it could not run, or None.
    """

    table: str
    column: str | None
    name: str
    description: str
    severity: str
    passed: bool
    failed_rows: int | None
    rows: int | None
    sample_of: str
    sample: tuple[str, ...]
    error: str | None

    @property
    def refuses(self) -> bool:
        """True where the delivery must not be accepted; a check that could not run refuses too."""
        return not self.passed and (self.severity == CRITICAL or self.error is not None)

    @property
    def finding(self) -> str:
        """What was found, with its count and examples; empty where the check passed."""
        if self.passed:
            return ""
        if self.error is not None:
            return f"could not be checked: {self.error}"
        count = "" if self.failed_rows is None else f" for {self.failed_rows} of {self.rows} rows"
        sample = f" ({self.sample_of}: {', '.join(self.sample)})" if self.sample else ""
        return f"fails{count}{sample}"

    def __str__(self) -> str:
        where = f"{self.table}.{self.column}" if self.column else self.table
        return f'{where}: "{self.description}" {self.finding or "passed"}'


@dataclass(frozen=True)
class Verdict:
    """The gate's word on one delivery.

    Attributes:
        run_id: of the run that delivered it.
        checks: all of them, in the order of the suites.
        results_path: the JSON file that holds them.
    """

    run_id: str
    checks: tuple[Check, ...]
    results_path: Path

    @property
    def refusals(self) -> list[Check]:
        """The checks for which the delivery is refused."""
        return [check for check in self.checks if check.refuses]

    @property
    def warnings(self) -> list[Check]:
        """The failed checks that do not refuse the delivery."""
        return [check for check in self.checks if not check.passed and not check.refuses]

    @property
    def passed(self) -> bool:
        """True where the delivery may be accepted."""
        return not self.refusals

    @property
    def summary(self) -> str:
        """One line: how many checks there were, and how they ended."""
        return (
            f"Quality gate {'passed' if self.passed else 'refused'}: {len(self.checks)} checks,"
            f" {len(self.refusals)} critical, {len(self.warnings)} warnings; {self.results_path}"
        )

    @property
    def refusal(self) -> str:
        """Why the delivery is refused and what to do; the same for every run on the same rows."""
        lines = [f"- {check}" for check in self.refusals]
        return "\n".join(
            [
                "The quality gate refuses the delivery, nothing of it is loaded:"
                f" of {len(self.checks)} checks {len(lines)} failed that must not.",
                *lines,
                "Expected none of these: correct the export and deliver it again.",
            ]
        )
