"""The second domain: a whole run of the shop, and a delivery that it refuses."""

import csv
import json
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from include.pipeline.core.settings import PROJECT_DIR
from tests.support.deployment import Deployment

SHOP = PROJECT_DIR / "examples" / "shop"
DATA_DATE = "2031-08-01"
MAX_LINES = 300
# An order whose line a transfer has cut, and what makes the file be refused for it.
REFUSAL = "orders.csv is truncated: row 42, its last"


class Shop(Deployment):
    """The shop in a temporary folder, by its own environment."""

    @property
    def published(self) -> Path:
        return self.folder / "warehouse" / "shop.duckdb"

    def airflow(self) -> "subprocess.CompletedProcess[str]":
        """Run the DAG once."""
        airflow = str(Path(sys.executable).with_name("airflow"))
        return self.process(airflow, "dags", "test", "shop_refunds", DATA_DATE)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return the shop with a copy of its sample to be delivered."""
    shop = Shop(
        tmp_path,
        environment={
            "MENTOR_PIPELINE": "examples.shop.pipeline:PIPELINE",
            "AIRFLOW__CORE__DAGS_FOLDER": str(SHOP / "dags"),
            "AIRFLOW_HOME": str(tmp_path / "airflow"),
        },
    )
    shop.data.mkdir()
    for path in (SHOP / "data").iterdir():
        (shop.data / path.name).write_bytes(path.read_bytes())
    return shop


def expected() -> list[tuple[str, int, Decimal, Decimal, Decimal]]:
    """Return the rows of the report as plain Python has them from the sample."""
    orders: dict[str, tuple[str, Decimal]] = {}
    for order_id, _, ordered_at, amount in _rows("orders.csv"):
        if Decimal(amount) >= 0:
            orders[order_id] = (ordered_at[:7], Decimal(amount))
    refunded: dict[str, Decimal] = defaultdict(Decimal)
    for _, order_id, _, amount in _rows("refunds.csv"):
        refunded[orders[order_id][0]] += Decimal(amount)
    months = defaultdict(list)
    for month, amount in orders.values():
        months[month].append(amount)
    return [
        (
            f"{month}-01",
            len(amounts),
            sum(amounts, Decimal()),
            refunded[month],
            (100 * refunded[month] / sum(amounts)).quantize(Decimal("0.01")),
        )
        for month, amounts in sorted(months.items())
    ]


def _rows(name: str) -> list[list[str]]:
    with (SHOP / "data" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))[1:]


@pytest.mark.slow
@pytest.mark.smoke
def test_a_run_of_the_shop(shop: Shop) -> None:
    """The same machinery lands, judges, builds, publishes and reports; a cut file then changes nothing."""
    parsed = shop.process(sys.executable, "-m", "include.pipeline.cli", "dbt", "parse", "--quiet")
    assert parsed.returncode == 0, parsed.stdout
    done = shop.airflow()
    assert done.returncode == 0, done.stdout[-5000:]

    report = "select month::varchar, orders, revenue, refunded, refund_rate_pct from reports.rpt_refund_rate"
    assert shop.rows(f"{report} order by month") == expected()
    ledger = "select source, rows_in_file, rows_loaded, rows_rejected, rows_duplicate, origin from raw.loads"
    assert shop.rows(f"{ledger} order by load_id") == [
        ("orders", 42, 40, 1, 1, "sample"),
        ("refunds", 8, 8, 0, 0, "sample"),
    ]

    (verdict,) = (shop.folder / "warehouse" / "quality" / "results").iterdir()
    gate = json.loads(verdict.read_text(encoding="utf-8"))
    assert gate["passed"]
    assert {check["table"] for check in gate["checks"]} == {"orders", "refunds"}

    assert {path.name for path in shop.latest.iterdir()} == {"report.csv", "report.json", "report.html"}
    results = json.loads((shop.latest / "report.json").read_text(encoding="utf-8"))
    assert results["run_id"] == gate["run_id"]
    assert (results["origin"], results["trial"]) == ("sample", None)
    assert results["observation_end"] == "2031-07-28T08:37:43Z"
    assert [month["orders"] for month in results["months"]] == [row[1] for row in expected()]

    before = shop.outputs()
    cut(shop.data / "orders.csv")
    refused = shop.airflow()
    assert refused.returncode != 0
    assert REFUSAL in refused.stdout
    assert shop.outputs() == before


def test_a_cut_file_is_refused(shop: Shop) -> None:
    """By the shop's own rules: the amount is the last column, and its rest is no number."""
    cut(shop.data / "orders.csv")
    done = shop.command("ingest", "--date", DATA_DATE)
    assert done.returncode == 1
    assert REFUSAL in done.stdout
    assert not shop.published.exists()


def cut(orders: Path) -> None:
    """Cut the file inside its last amount, after the sign."""
    orders.write_text(orders.read_text(encoding="utf-8")[: -len("4.50\n")], encoding="utf-8")


def test_the_shop_is_small() -> None:
    """A newcomer reads all of it: what is no data, and no link to what other projects have too."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "."],
        cwd=SHOP,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    own = [path for name in listed if not name.startswith("data/") and not (path := SHOP / name).is_symlink()]
    assert len(own) > 10
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in own) < MAX_LINES


def test_the_sample_is_the_one_that_the_sums_name() -> None:
    """By them a run knows the sample from a shop's own data."""
    sums = dict(line.split()[::-1] for line in (SHOP / "data" / "SHA256SUMS").read_text().splitlines())
    assert sums == {
        path.name: sha256(path.read_bytes()).hexdigest() for path in (SHOP / "data").glob("*.csv")
    }
