"""One pandas frame for each part of a result. Nothing is computed: values stand as in the file."""
import pandas as pd

_KEYS = ["case", "replication"]
_SCALARS = ["variant", "strategy", "seed", "fingerprint", "simulated_ns", "measured_ns", "wall_s",
            "events", "peak_rss_bytes"]


def label_of(run: dict) -> str:
    """The name of a run's case: its strategy, after its variant if it has one."""
    return f"{run['variant']}/{run['strategy']}" if run["variant"] else run["strategy"]


def runs(document: dict) -> pd.DataFrame:
    """What a run has once: strategy, seed, fingerprint, simulated time and the like."""
    return _by_run(document, lambda run: {name: run[name] for name in _SCALARS if name in run})


def counters(document: dict) -> pd.DataFrame:
    return _by_run(document, lambda run: run["counters"])


def gauges(document: dict) -> pd.DataFrame:
    """Columns (gauge, `mean` | `max` | `final`)."""
    return _by_run(document, lambda run: _flat(run["gauges"]))


def distributions(document: dict) -> pd.DataFrame:
    """Columns (distribution, statistic). Without values the count is 0 and the rest is NaN."""
    return _by_run(document, lambda run: _flat({name: _statistics(one) for name, one in
                                                run["distributions"].items()}))


def stages(document: dict) -> pd.DataFrame:
    """Columns (stage, `count` | `mean` | `p99`), in the order of the path of a fault."""
    return _by_run(document, lambda run: _flat(run["stages_ns"]))


def blame(document: dict) -> pd.DataFrame:
    """What the faults at a percentile of the fault latency spent in each stage, in ns: they sum to
    it. Index (case, replication, percentile); empty when the result has none."""
    rows = [({"case": label_of(run), "replication": run["replication"], "percentile": percentile}
             | parts)
            for run in document["runs"]
            for percentile, parts in run.get("blame_ns", {}).items()]
    return _framed(rows, [*_KEYS, "percentile"])


def by(document: dict) -> pd.DataFrame:
    """The parts of a run that `--by` tells, in long form: columns variant, strategy,
    replication, dimension, name, metric, value. A metric is a counter (`dma_bytes`) or a statistic
    of a distribution (`dma_latency_ns.p99`). Counters of all names sum to the run's; of what is
    not observed there are no operations in them. Empty when the result has no parts."""
    rows = [(run["variant"], run["strategy"], run["replication"], dimension, name, metric, value)
            for run in document["runs"]
            for dimension, parts in run.get("by", {}).items()
            for name, part in parts.items()
            for metric, value in _metrics(part)]
    return pd.DataFrame(rows, columns=["variant", "strategy", "replication", "dimension", "name",
                                       "metric", "value"])


def series(document: dict) -> pd.DataFrame:
    """What was sampled over time. Index (case, replication, time_ns), where time_ns is the begin of
    a step; empty when the result has none."""
    parts = [_series_of(run) for run in document["runs"]]
    parts = [part for part in parts if not part.empty]
    if not parts:
        return _framed([], [*_KEYS, "time_ns"])
    return pd.concat(parts)


def overflows(document: dict) -> pd.DataFrame:
    """When the page request queue was in overflow: columns case, replication, begin_ns, end_ns."""
    rows = [(label_of(run), run["replication"], begin, end)
            for run in document["runs"]
            for begin, end in run.get("series", {}).get("overflow_intervals_ns", [])]
    return pd.DataFrame(rows, columns=[*_KEYS, "begin_ns", "end_ns"])


def summary(document: dict) -> pd.DataFrame:
    """Index (case, metric): mean, low, high, n, and what else an estimate carries."""
    return _estimates(document["summary"], "case")


def paired(document: dict) -> pd.DataFrame:
    """As `summary`, of the differences to the first case. Empty for a result of `faultpath run`."""
    return _estimates(document.get("paired", {}), "difference")


def _by_run(document: dict, row_of) -> pd.DataFrame:
    rows = [{"case": label_of(run), "replication": run["replication"]} | row_of(run)
            for run in document["runs"]]
    frame = _framed(rows, _KEYS)
    if any(isinstance(name, tuple) for name in frame.columns):
        frame.columns = pd.MultiIndex.from_tuples(frame.columns)
    return frame


def _framed(rows: list[dict], index: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=None if rows else index).set_index(index)


def _flat(members: dict) -> dict:
    return {(name, part): value for name, one in members.items() for part, value in one.items()}


def _statistics(distribution: dict) -> dict:
    if distribution["count"] == 0:
        return {"count": 0}
    return {name: value for name, value in distribution.items() if name != "histogram"}


def _metrics(part: dict) -> list[tuple]:
    statistics = {f"{distribution}.{statistic}": value
                  for distribution, one in part["distributions"].items()
                  for statistic, value in _statistics(one).items()}
    return list((part["counters"] | statistics).items())


def _series_of(run: dict) -> pd.DataFrame:
    record = run.get("series", {})
    columns = {name: pd.Series(values) for name, values in record.items()
               if isinstance(values, list) and name != "overflow_intervals_ns"}
    frame = pd.DataFrame(columns)
    keys = [[label_of(run)], [run["replication"]], frame.index * record.get("step_ns", 0)]
    frame.index = pd.MultiIndex.from_product(keys, names=[*_KEYS, "time_ns"])
    return frame


def _estimates(members: dict, first: str) -> pd.DataFrame:
    rows = [{first: label, "metric": metric} | estimate
            for label, estimates in members.items() for metric, estimate in estimates.items()]
    frame = _framed(rows, [first, "metric"])
    return frame.astype({name: float for name in ("low", "high") if name in frame})
