"""What each model took in the newest build, against those before."""

from include.pipeline.quality.dbt_results import DbtResults, NodeResult
from include.pipeline.ui import model_times
from tests.pipeline.ui.written import a_model, a_test


def builds(*newest_first: tuple[NodeResult, ...]) -> list[DbtResults]:
    return [DbtResults("a run", "an-invocation", False, nodes) for nodes in newest_first]


def test_the_slowest_comes_first_against_its_median() -> None:
    """The newest build is not part of the median, nor one that did not come to the model."""
    models = model_times.of(
        builds(
            (a_model("a", seconds=1.0), a_model("b", seconds=5.0, rows=9), a_test("t", seconds=99)),
            (a_model("b", "not run", seconds=0.0), a_model("gone", seconds=50)),
            (a_model("b", seconds=2.0, rows=8),),
            (a_model("b", seconds=2.2, rows=7),),
            (a_model("b", seconds=90.0, rows=6),),
        )
    )
    assert [model.newest.name for model in models] == ["b", "a"]
    slowest, new = models
    assert (slowest.median, slowest.rows_before, slowest.seconds) == (2.2, 8, [90.0, 2.2, 2.0, 5.0])
    assert slowest.bars == "█▁▁▁"
    assert (new.median, new.rows_before, new.seconds, new.bars) == (None, None, [1.0], "█")


def test_slow_is_twice_the_median_and_a_second_more() -> None:
    """A model of a few milliseconds is not slow because it took a few more."""

    def is_slow(seconds: float, usual: float) -> bool:
        (model,) = model_times.of(builds((a_model("a", seconds=seconds),), (a_model("a", seconds=usual),)))
        return model.is_slow

    assert is_slow(1.1, 0.1) and not is_slow(1.0, 0.1)
    assert is_slow(8, 4) and not is_slow(7.9, 4)


def test_without_a_build_there_are_no_models() -> None:
    """And with one of no time there are columns."""
    assert model_times.of([]) == []
    (model,) = model_times.of(builds((a_model("a", seconds=0.0),)))
    assert model.bars == "▁"
