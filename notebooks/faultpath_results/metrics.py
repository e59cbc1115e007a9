"""What the metrics of a result are called, their units, and which way is better."""
from dataclasses import dataclass

LOWER, HIGHER = -1, 1


@dataclass(frozen=True)
class Metric:
    """`path` as in `summary`; `title` as in a table."""

    path: str
    title: str
    unit: str = ""
    better: int = LOWER

    @property
    def subject(self) -> str:
        """As in a sentence, behind an article."""
        counted = "." not in self.path and not self.unit
        return f"number of {self.title}" if counted else self.title


_STATISTICS = {"p50": "median", "p90": "90th percentile", "p95": "95th percentile",
               "p99": "99th percentile", "p999": "99.9th percentile", "mean": "mean",
               "max": "maximum", "min": "minimum"}
_DISTRIBUTIONS = {"dma_latency_ns": "DMA latency", "fault_latency_ns": "fault latency",
                  "translation_latency_ns": "translation latency",
                  "overflow_recovery_ns": "overflow recovery", "startup_ns": "start-up"}
_SPECIAL = {one.path: one for one in [
    Metric("dma_throughput_bytes_per_s", "throughput", "B/s", HIGHER),
    Metric("dma_operations_per_s", "operations a second", "", HIGHER),
    Metric("startup_ns.max", "start-up", "ns"),
    Metric("faults_minor", "minor faults"),
    Metric("faults_major", "major faults"),
    Metric("faults_spurious", "spurious faults"),
    Metric("faults_fatal", "fatal faults"),
    Metric("dma_dropped", "dropped operations"),
    Metric("queue_overflows", "overflows of the page request queue"),
    Metric("auto_responses", "answers by a full queue"),
    Metric("requests_answered", "requests answered by software"),
    Metric("requests_dropped", "requests dropped by the queue"),
    Metric("requests_discarded", "requests discarded by software"),
]}

# What a table shows unless told otherwise; rows that are 0 or absent everywhere are left out.
SHOWN = ["dma_latency_ns.p50", "dma_latency_ns.p99", "dma_throughput_bytes_per_s",
         "fault_latency_ns.p50", "fault_latency_ns.p99", "startup_ns.max", "locked_bytes.max",
         "resident_bytes.max", "faults_minor", "faults_major", "faults_spurious", "faults_fatal",
         "dma_dropped", "queue_overflows", "auto_responses"]


def metric(path: str) -> Metric:
    """The metric at a path; one that is not known is called as its path reads."""
    if path in _SPECIAL:
        return _SPECIAL[path]
    name, _, statistic = path.rpartition(".")
    if not name:
        return Metric(path, path.replace("_", " "))
    unit = "ns" if name.endswith("_ns") or name.startswith("stages_ns.") else ""
    unit = "B" if name.endswith("_bytes") else unit
    title = distribution_title(name.removeprefix("stages_ns.").removesuffix("_bytes"))
    if statistic == "count":
        return Metric(path, f"number of values of {title}")
    title = f"{title} memory" if unit == "B" else title
    return Metric(path, f"{_STATISTICS.get(statistic, statistic)} of {title}", unit)


def distribution_title(name: str) -> str:
    return _DISTRIBUTIONS.get(name, name.replace("_", " "))
