"""The shop's one declaration: what is delivered, where its dbt project is, and what a run writes."""

from include.pipeline.core.declaration import Pipeline, Report
from include.pipeline.core.source import Source, decimal, timestamp

ORDERS = Source(
    name="orders",
    file_name="orders.csv",
    columns=("order_id", "customer_id", "ordered_at", "amount"),
    key="order_id",
    is_snapshot=False,
    rules=(timestamp("ordered_at"), decimal("amount", low=0)),
)
REFUNDS = Source(
    name="refunds",
    file_name="refunds.csv",
    columns=("refund_id", "order_id", "refunded_at", "amount"),
    key="refund_id",
    is_snapshot=False,
    rules=(timestamp("refunded_at"), decimal("amount", low=0)),
)
PIPELINE = Pipeline(
    dag_id="shop_refunds",
    owner="shop-data",
    database="shop",
    sources=(ORDERS, REFUNDS),
    report=Report(
        title="Refund rate",
        write="examples.shop.report:write",
        files={"report.html": "text/html", "report.json": "application/json", "report.csv": "text/csv"},
        results="report.json",
        page="report.html",
        table="report.csv",
    ),
    dbt="examples/shop/dbt",
    sample="examples/shop/data",
)
