"""What bench/run measures, and what it measures it against: add a group, a series or a target here."""

from dataclasses import dataclass, field

GIBIBYTE = 1 << 30


@dataclass
class Series:
    """One program with its arguments, relative to the build folder, and the figure to take from it."""

    name: str
    command: list  # run again by every round
    figure: str  # a field of its line of JSON; or wall_s, rss_bytes: the process seen from outside
    quick: list = None  # the command of --quick; [] leaves the series out
    most_rounds: int = 1000
    memory: int = 0  # bytes that it needs; left out where fewer are available


@dataclass
class Target:
    """A series' figure over that of the fastest of others, or its figure alone when there are none."""

    series: str
    over: list = field(default_factory=list)
    of: str = ""  # what the others are called together
    at_least: float = None
    at_most: float = None


@dataclass
class Group:
    """Series that do the same work: their checksums must be equal. Relations are to the first."""

    title: str
    unit: str
    scale: float  # of the unit, in that of the figure
    series: list
    targets: list = field(default_factory=list)


PEERS = "the fastest of SystemC and ns-3"


def ns3_schedulers(most):
    """The list scheduler is linear; the calendar one takes 20 us an event with a million pending."""
    return ["Map", "Heap", "PriorityQueue"] + (["Calendar"] if most <= 10_000 else [])


def hold(pending, over_peers):
    def series(name, program, events, scheduler=(), **limits):
        def command(count):
            return [f"bench/{program}", str(pending), str(count), *scheduler]

        quick = command(max(events // 10, 10_000))
        return Series(name, command(events), "events_per_s", quick, **limits)

    fast = 4_000_000 if pending > 10_000 else 10_000_000
    peers = [series("SystemC", "hold_systemc", 2_000_000)]
    peers += [series(f"ns-3 {s}", "hold_ns3", 2_000_000, [s]) for s in ns3_schedulers(pending)]
    timers = series("SimGrid timers", "hold_simgrid_timers", 500_000)
    actors = series("SimGrid actors", "hold_simgrid_actors", 200_000)
    if pending > 10_000:  # a stack each, and half a minute to make them
        actors.quick, actors.most_rounds, actors.memory = [], 1, 20 * GIBIBYTE
    targets = [Target("calendar", ["bare heap"], at_least=0.9)]
    if over_peers:
        targets += [Target("calendar", [p.name for p in peers], PEERS, at_least=over_peers)]
    return Group(
        f"hold model, {pending:,} pending",
        "M events/s",
        1e6,
        [series("bare heap", "hold_heap", fast), series("calendar", "hold_calendar", fast)]
        + peers
        + [timers, actors],
        targets,
    )


def pipeline(devices):
    def series(name, program, faults, scheduler=()):
        def command(count):
            return [f"bench/{program}", str(devices), str(count), *scheduler]

        return Series(name, command(faults), "faults_per_s", command(max(faults // 10, 10_000)))

    return Group(
        f"the fault path reduced to its delays, {devices:,} device{'s' if devices > 1 else ''}",
        "M faults/s",
        1e6,
        [
            series("faultpath", "pipeline_faultpath", 2_000_000),
            series("SystemC methods", "pipeline_systemc", 500_000),
            series("SystemC threads", "pipeline_systemc_threads", 500_000),
        ]
        + [
            series(f"ns-3 {s}", "pipeline_ns3", 500_000, [s]) for s in ns3_schedulers(devices)
        ],
    )


def kernel():
    names = ["hold/1", "hold/100", "hold/10000", "hold/1000000", "post", "timeout"]
    names += ["delay/100", "delay/10000", "core_run/50", "start_process"]

    def command(name, seconds):
        return ["bench/calendar", f"--benchmark_filter=^{name}$", f"--benchmark_min_time={seconds}"]

    return Group(
        "parts of the kernel, without SimGrid",
        "M/s",
        1e6,
        [Series(n, command(n, 0.5), "items_per_second", command(n, 0.05)) for n in names],
    )


def start_up():
    run = ["cli/faultpath", "run", "{source}/bench/start_up.yaml", "--quiet", "--out", "{scratch}"]
    return Group(
        "start-up: a trivial scenario from process start to result",
        "ms",
        1e-3,
        [Series("faultpath run", run, "wall_s")],
        [Target("faultpath run", at_most=0.05)],
    )


GROUPS = [
    hold(1, None),
    hold(100, 2.5),
    hold(10_000, 2.0),
    hold(1_000_000, 1.5),
    pipeline(1),
    pipeline(32),
    pipeline(1000),
    kernel(),
    start_up(),
]
