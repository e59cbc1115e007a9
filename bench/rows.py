"""What bench/run measures, and what it measures it against: add a group, a series or a target here."""

from dataclasses import dataclass, field

GIBIBYTE = 1 << 30


@dataclass
class Series:
    """One program with its arguments, relative to the build folder, and the figure to take from it."""

    name: str
    command: list  # run again by every round
    figure: str  # a field of its line of JSON; or wall_s, cpu_s, rss_bytes: the process seen from outside
    quick: list = None  # the command of --quick; [] leaves the series out
    most_rounds: int = 1000
    yardstick: bool = False  # other work, for scale: its checksum is its own
    memory: int = 0  # bytes that it needs; left out where fewer are available


@dataclass
class Target:
    """A series' figure over that of the fastest of others, or its figure alone when there are none.

    A rate alone also stands beside the group's yardstick, because it is the machine's."""

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
        ]
        + [series("faultpath, whole faults", "whole_faults", 1_000_000)],
    )


def yardstick():
    """What this machine is worth: its absolute rates mean something only beside this one."""
    command = ["bench/hold_heap", "100", "10000000"]
    return Series("bare heap, 100 pending", command, "events_per_s", command, yardstick=True)


def model(name, program, size, count, figure, *pattern):
    def command(number):
        return [f"bench/{program}", str(size), str(number), *pattern]

    return Series(name, command(count), figure, command(max(count // 10, 10_000)))


def whole_faults():
    def series(devices, count, *cores):
        name = f"{devices:,} device{'s' if devices > 1 else ''}"
        name += "".join(f", {number} cores" for number in cores)
        return model(name, "whole_faults", devices, count, "faults_per_s", *cores)

    return Group(
        "whole faults: minor, sva, metrics on",
        "M/s",
        1e6,
        [
            yardstick(),
            series(1, 1_000_000),
            series(32, 1_000_000),
            series(1000, 1_000_000),
            series(4000, 500_000),
            series(4000, 500_000, "4"),
        ],
        [
            Target("32 devices", at_least=1_000_000),
            Target("1,000 devices", at_least=600_000),
            Target("4,000 devices", at_least=400_000),
            Target("4,000 devices, 4 cores", at_least=400_000),
        ],
    )


def user_faults():
    """Each of the two does its own work: the one by a work queue of the kernel, the other in threads."""

    def series(name, program, **role):
        found = model(name, program, 32, 1_000_000, "faults_per_s")
        found.yardstick = role.get("yardstick", False)
        return found

    return Group(
        "faults that a thread of user space handles, iommufd, 32 devices",
        "M/s",
        1e6,
        [series("whole faults", "whole_faults", yardstick=True), series("iommufd", "user_faults")],
        [Target("iommufd", at_least=500_000)],
    )


def guest_faults():
    """A fault that a guest handles: the host's part, the VMM's and the guest's."""

    def series(guests, count):
        name = f"{guests:,} guest{'s' if guests > 1 else ''}"
        return model(name, "guest_faults", guests, count, "faults_per_s")

    return Group(
        "faults in guests of 4 virtual CPUs, emulated VT-d",
        "M/s",
        1e6,
        [series(1, 200_000), series(100, 400_000)],
        [Target("1 guest", at_least=200_000), Target("100 guests", at_least=100_000)],
    )


def fault_scaling():
    def series(devices):
        name = f"{devices:,} device{'s' if devices > 1 else ''}"
        return model(name, "whole_faults", devices, 500_000, "ns_per_one")

    return Group(
        "cost of a whole fault by devices",
        "ns",
        1,
        [series(devices) for devices in (1, 10, 100, 1000, 10_000)],
    )


def following():
    followed = "32 devices, levels followed"
    unfollowed = "32 devices, not followed"
    return Group(
        "what level series cost: replication 0 beside the others",
        "ns",
        1,
        [
            model(unfollowed, "whole_faults", 32, 1_000_000, "ns_per_one", "unfollowed"),
            model(followed, "whole_faults", 32, 1_000_000, "ns_per_one"),
        ],
        [Target(followed, [unfollowed], at_most=1.03)],
    )


def accesses():
    def hits(devices, pattern, count):
        name = f"hits, {pattern}, {devices} device{'s' if devices > 1 else ''}"
        return model(name, "atc_hits", devices, count, "accesses_per_s", pattern)

    def misses(devices):
        name = f"misses, {devices} device{'s' if devices > 1 else ''}"
        return model(name, "ats_misses", devices, 2_000_000, "misses_per_s")

    patterns = [hits(n, p, 20_000_000) for p in ("uniform", "zipf") for n in (1, 32)]
    return Group(
        "accesses to pinned memory: ATC hits, and ATS misses that walk and succeed",
        "M/s",
        1e6,
        [yardstick(), hits(1, "sequential", 60_000_000), hits(32, "sequential", 60_000_000)]
        + patterns
        + [misses(1), misses(32)],
        [
            Target("hits, sequential, 1 device", at_least=40e6),
            Target("hits, sequential, 32 devices", at_least=20e6),
            Target("misses, 1 device", at_least=4e6),
        ],
    )


def nested_walks():
    def series(devices):
        name = f"{devices} device{'s' if devices > 1 else ''}"
        return model(name, "nested_walks", devices, 1_000_000, "ns_per_one")

    return Group(
        "an access to pinned guest memory that walks both stages cold, 24 reads",
        "ns",
        1,
        [series(1), series(32)],
        [Target("1 device", at_most=300)],
    )


def pinned_memory():
    sizes = {"4 KiB pages": "4096", "2 MiB pages": "2097152"}

    def group(what, unit, scale, figure, most):
        series = [
            Series(name, ["bench/pin_memory", "1024", size], figure) for name, size in sizes.items()
        ]
        targets = [Target(name, at_most=most) for name in sizes]
        return Group(f"pin over 1 TiB of memory: {what}", unit, scale, series, targets)

    return [
        group("from process start to end", "ms", 1e-3, "wall_s", 1.0),
        group("resident", "MiB", 1 << 20, "peak_bytes", 100 << 20),
    ]


def mapped_pages():
    command = ["bench/page_memory", "200000", "1200000"]
    quick = ["bench/page_memory", "100000", "300000"]
    return Group(
        "memory of this process for each further page that iopf maps",
        "bytes",
        1,
        [Series("iopf", command, "bytes_per_page", quick)],
        [Target("iopf", at_most=16)],
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


def many_areas():
    """From the spec to the outcome of one operation; reading a scenario is not in it."""

    def series(areas):
        return Series(f"{areas:,} area{'s' if areas > 1 else ''}", ["bench/areas", str(areas), "65536"], "seconds")

    return Group(
        "start of a run whose process has areas",
        "ms",
        1e-3,
        [series(1), series(1000)],
        [Target("1,000 areas", at_most=0.01)],
    )


def curves():
    """Ten million accesses, of which the faults of all limits are predicted."""

    def series(strategy):
        def command(*options):
            curve = ["cli/faultpath", "curve", "{source}/bench/curve.yaml", "--strategy", strategy]
            return [*curve, "--points", "0", "--jobs", "1", "--quiet", "--out", "{scratch}", *options]

        quick = command("--set", "stop_after.operations=1000000")
        return {"name": f"by {strategy}", "command": command(), "quick": quick}

    def group(what, unit, scale, figure, most):
        both = [Series(figure=figure, **series(name)) for name in ("mapping", "use")]
        targets = [Target(one.name, at_most=most) for one in both]
        return Group(f"faults of all limits from 10 million accesses: {what}", unit, scale, both, targets)

    return [
        group("CPU time of the process", "s", 1, "cpu_s", 10),
        group("resident", "MiB", 1 << 20, "rss_bytes", 500 << 20),
    ]


GROUPS = [
    hold(1, None),
    hold(100, 2.5),
    hold(10_000, 2.0),
    hold(1_000_000, 1.5),
    pipeline(1),
    pipeline(32),
    pipeline(1000),
    whole_faults(),
    user_faults(),
    guest_faults(),
    following(),
    fault_scaling(),
    accesses(),
    nested_walks(),
    *pinned_memory(),
    mapped_pages(),
    kernel(),
    start_up(),
    many_areas(),
    *curves(),
]
