"""What the tests of the module share: a small result that is written by hand, and real ones."""
import copy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def distribution(buckets, least, greatest) -> dict:
    """A member of `distributions` with these (low in ps, count)."""
    count = sum(one[1] for one in buckets)
    return {"count": count, "mean": 0.0, "stddev": 0.0, "min": least, "max": greatest,
            "histogram": {"unit": "ps", "sub_bits": 6, "buckets": [list(one) for one in buckets]}}


def run(strategy: str, replication: int, variant: str = "", faults: int = 0) -> dict:
    fault_latency = distribution([(1000 * 1024, faults)] if faults else [], 1024.0, 1030.0)
    return {"variant": variant, "strategy": strategy, "replication": replication, "seed": 1,
            "fingerprint": "0123456789abcdef", "simulated_ns": 5e6, "measured_ns": 4e6,
            "counters": {"dma_operations": 100, "faults_minor": faults},
            "gauges": {"locked_bytes": {"mean": 1.5, "max": 4096, "final": 0}},
            "distributions": {"dma_latency_ns": distribution([(64, 60), (128, 40)], 0.064, 0.129),
                              "fault_latency_ns": fault_latency},
            "stages_ns": {"queue": {"count": faults, "mean": 300.0 * (faults > 0), "p99": 400.0},
                          "handle": {"count": faults, "mean": 700.0 * (faults > 0), "p99": 900.0}}}


def estimate(mean, half=0.0, n=2) -> dict:
    return {"mean": mean, "low": mean - half, "high": mean + half, "n": n}


_DOCUMENT = {
    "schema": "faultpath.result/1", "faultpath": "0.1.0", "confidence": 0.95,
    "scenario": {"name": "hand-made", "sha256": "", "resolved": {
        "iommu": {"queue_entries": 64}, "devices": [{"name": "nic", "count": 4}],
        "strategies": [{"kind": "pin", "name": "pin"},
                       {"kind": "lru_locked", "name": "lru", "limit": "25%"}]}},
    "runs": [run("pin", 0), run("pin", 1), run("lru", 0, faults=10), run("lru", 1, faults=30)],
    "summary": {"pin": {"dma_latency_ns.p99": estimate(100.0), "faults_minor": estimate(0.0),
                        "locked_bytes.max": estimate(4096.0)},
                "lru": {"dma_latency_ns.p99": estimate(400.0, 20.0), "faults_minor": estimate(20.0),
                        "locked_bytes.max": estimate(4096.0),
                        "fault_latency_ns.p99": estimate(2000.0, 30.0)}},
    "paired": {"lru - pin": {"dma_latency_ns.p99": estimate(300.0, 20.0),
                             "locked_bytes.max": estimate(0.0), "faults_minor": estimate(20.0)}},
}


@pytest.fixture
def document() -> dict:
    """Two strategies, two replications: `pin` has no faults, `lru` has 10 and 30."""
    return copy.deepcopy(_DOCUMENT)


@pytest.fixture(scope="session")
def first_look():
    """What the program itself makes of a small first look."""
    import faultpath_results as fp
    return fp.faultpath("compare scenarios/first-look.yaml --replications 3 --seed 7")
