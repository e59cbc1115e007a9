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


def test_a_metric_that_a_case_lacks_is_not_a_number(sized):
    del sized.document["summary"]["v64/pin"]["queue_overflows"]
    curve = parameters.against(sized, "iommu.queue_entries", ["queue_overflows"])
    assert curve["queue_overflows", "mean"].isna().tolist() == [True, False, False]


def test_cases_with_the_same_parameter_are_refused(sized):
    with pytest.raises(ResultError, match="several cases have the same"):
        parameters.against(sized, "devices[0].count", ["queue_overflows"])


def test_a_variant_changes_devices_by_name_or_number(sized):
    change = {"devices": {"nic": {"count": 7}}}
    sized.parameters["variants"]["v64"] = change
    assert parameters.value(sized, "v64/pin", "devices[0].count") == 7
    assert parameters.value(sized, "v64/pin", "iommu.queue_entries") == 64
    change["devices"] = [{"name": "nvme", "count": 2}, {"name": "nic"}]
    assert parameters.value(sized, "v64/pin", "devices.nic.count") == 4
    assert parameters.value(sized, "v64/pin", "devices[0].count") == 2


def test_allocations_are_those_of_all_devices_that_have_credits_of_their_own(document):
    document["scenario"]["resolved"]["devices"] = [
        {"name": "a", "count": 31, "pri": {"allocation": 8, "enabled": True}},
        {"name": "b", "count": 1, "pri": {"allocation": 2}},
        {"name": "c", "count": 9, "pri": {"allocation": 8, "enabled": False}},
        {"name": "d", "count": 1, "pri": {"allocation": 8}, "virtual_function_of": "b"}]
    assert parameters.allocations(Result(document), "pin") == 250


def curve_of(values, metric="faults_minor") -> pd.DataFrame:
    return pd.DataFrame({(metric, "mean"): values}, index=range(1, len(values) + 1))


@pytest.mark.parametrize("values, least", [([9, 2, 0, 0], 3), ([0, 2, 0], 3), ([9, 9], None),
                                           ([0, 0], 1)])
def test_the_least_value_is_that_from_which_on_all_are_good(values, least):
    assert parameters.least_within(curve_of(values), "faults_minor", of=0.0) == least


def test_a_share_widens_what_is_good_on_its_bad_side():
    assert parameters.least_within(curve_of([130, 104, 100]), "faults_minor", 0.05) == 2
    rates = curve_of([90, 96, 100], "dma_throughput_bytes_per_s")
    assert parameters.least_within(rates, "dma_throughput_bytes_per_s", 0.05) == 2


def test_a_step_of_a_curve_is_parted():
    curve = pd.DataFrame({"m": [3, 2, 1]}, index=[0.1, 0.2, 0.25])
    assert parameters.between(curve, 0.25, 2) == ["20%", "22.5%", "25%"]
    assert parameters.between(curve, 0.1, 2) == ["10%"]


def test_options_name_a_case_for_each_value():
    assert shlex.split(parameters.settings("iommu.queue_entries", [64, 128])) == [
        "--set", "variants.v64.iommu.queue_entries=64",
        "--set", "variants.v128.iommu.queue_entries=128"]
    assert shlex.split(parameters.limits(["5%"])) == [
        "--set", "strategies=[{kind: lru_locked, name: limit_5, limit: 5%}]"]
