"""A parameter of a case, and which value of it is enough."""
import shlex

import pandas as pd
import pytest

from conftest import estimate, run
from faultpath_results import parameters
from faultpath_results.reading import ResultError
from faultpath_results.result import Result


@pytest.fixture
def sized(document) -> Result:
    """One variant for each of three sizes, the largest first."""
    sizes = {"v256": 0.0, "v64": 9.0, "v128": 2.0}
    document["scenario"]["resolved"]["variants"] = {
        name: {"iommu": {"queue_entries": int(name[1:])}} for name in sizes}
    document["runs"] = [run("pin", 0, variant=name) for name in sizes]
    document["summary"] = {f"{name}/pin": {"queue_overflows": estimate(overflows, 1.0)}
                           for name, overflows in sizes.items()}
    return Result(document)


def test_a_parameter_is_that_of_the_variant_or_else_of_the_scenario(sized):
    assert parameters.value(sized, "v128/pin", "iommu.queue_entries") == 128
    assert parameters.value(sized, "v128/pin", "devices[0].count") == 4
    assert parameters.value(sized, "v128/pin", "devices.nic.count") == 4


def test_a_parameter_of_the_strategy_is_that_of_the_case(document):
    assert parameters.value(Result(document), "lru", "strategy.limit") == 0.25
    with pytest.raises(ResultError, match="pin has no parameter strategies.pin.limit"):
        parameters.value(Result(document), "pin", "strategy.limit")


@pytest.mark.parametrize("written, number", [("10%", 0.1), ("16MiB", 2**24), ("1.5us", 1500.0),
                                             (64, 64), ("vtd", "vtd"), ("12.5GB/s", "12.5GB/s")])
def test_quantities_become_numbers(written, number):
    assert parameters.quantity(written) == number


def test_a_metric_is_in_the_order_of_the_parameter(sized):
    curve = parameters.against(sized, "iommu.queue_entries", ["queue_overflows"])
    assert curve.index.tolist() == [64, 128, 256]
    assert curve["queue_overflows", "mean"].tolist() == [9.0, 2.0, 0.0]
    assert curve["queue_overflows", "high"].tolist() == [10.0, 3.0, 1.0]


def test_cases_with_the_same_parameter_are_refused(sized):
    with pytest.raises(ResultError, match="several cases have the same"):
        parameters.against(sized, "devices[0].count", ["queue_overflows"])


def curve_of(values) -> pd.DataFrame:
    return pd.DataFrame({("m", "mean"): values}, index=range(1, len(values) + 1))


@pytest.mark.parametrize("values, within, least", [
    ([9, 2, 0, 0], 0.0, 3), ([0, 2, 0], 0.0, 3), ([9, 9], 0.0, None), ([0, 0], 0.0, 1)])
def test_the_least_value_is_that_from_which_on_all_are_good(values, within, least):
    assert parameters.least_within(curve_of(values), "m", 0.0, within) == least


def test_a_share_widens_what_is_good():
    assert parameters.least_within(curve_of([130, 104, 100]), "m", 100.0, 0.05) == 2


def test_options_name_a_case_for_each_value():
    assert shlex.split(parameters.settings("iommu.queue_entries", [64, 128])) == [
        "--set", "variants.v64.iommu.queue_entries=64",
        "--set", "variants.v128.iommu.queue_entries=128"]
    assert shlex.split(parameters.limits(["5%"])) == [
        "--set", "strategies=[{kind: lru_locked, name: limit_5, limit: 5%}]"]
