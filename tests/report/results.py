"""Results made by hand: every panel of the report has data, and the values are known."""
import math

STAGES = [
    'translate',
    'credit',
    'request',
    'queue',
    'report',
    'work_queue',
    'handle',
    'respond',
    'back_off',
    'retry',
]
STEPS = 64
STEP_NS = 50_000.0


def bucket(picoseconds, sub_bits=6):
    """Where the bucket of a value begins."""
    if picoseconds < 1 << sub_bits:
        return picoseconds
    shift = picoseconds.bit_length() - 1 - sub_bits
    return picoseconds >> shift << shift


def distribution(values_ns):
    counts = {}
    for value in values_ns:
        low = bucket(round(value * 1000))
        counts[low] = counts.get(low, 0) + 1
    values = sorted(values_ns) or [0.0]
    mean = sum(values) / len(values)
    at = lambda q: values[min(len(values) - 1, int(q * len(values)))]
    return {
        'count': len(values_ns),
        'mean': mean,
        'stddev': math.sqrt(sum((v - mean) ** 2 for v in values) / len(values)),
        'min': values[0],
        'max': values[-1],
        'p50': at(0.5),
        'p90': at(0.9),
        'p95': at(0.95),
        'p99': at(0.99),
        'p999': at(0.999),
        'histogram': {
            'unit': 'ps',
            'sub_bits': 6,
            'buckets': [[low, counts[low]] for low in sorted(counts)],
        },
    }


def latencies(count, scale):
    """Exponential with the mean `scale`, by quantiles, so that nothing is random."""
    return [-scale * math.log(1 - (i + 0.5) / count) for i in range(count)]


def run(strategy, replication, scale, locked, variant='', faults=True):
    operations = latencies(2000, scale * (1 + 0.01 * replication))
    stage_ns = {
        name: (i + 1) * scale / 60 if faults and name != 'back_off' else 0.0
        for i, name in enumerate(STAGES)
    }
    return {
        'variant': variant,
        'strategy': strategy,
        'replication': replication,
        'seed': 7,
        'fingerprint': f'{1000 * round(scale) + replication:016x}',
        'simulated_ns': STEPS * STEP_NS,
        'measured_ns': STEPS * STEP_NS,
        'wall_s': 0.1,
        'events': 1000,
        'peak_rss_bytes': 1,
        'counters': {
            'dma_operations': 2000,
            'dma_bytes': 8192000,
            'faults_minor': 500 if faults else 0,
            'faults_major': 0,
            'queue_overflows': 2 if faults else 0,
            'dma_dropped': 0,
        },
        'gauges': {
            'locked_bytes': {'mean': locked, 'max': locked, 'final': locked},
            'resident_bytes': {'mean': locked, 'max': locked, 'final': locked},
        },
        'distributions': {
            'fault_latency_ns': distribution(latencies(500, 2 * scale) if faults else []),
            'dma_latency_ns': distribution(operations),
            'startup_ns': distribution([locked / 10.0] if locked else []),
        },
        'stages_ns': {
            name: {'count': 500 if faults else 0, 'mean': ns, 'p99': 3 * ns}
            for name, ns in stage_ns.items()
        },
        'blame_ns': {
            key: {name: ns * factor for name, ns in stage_ns.items()}
            for key, factor in (('p50', 1), ('p90', 2), ('p99', 4), ('p999', 8))
        }
        if faults
        else {},
        'series': {
            'step_ns': STEP_NS,
            'operations': [30 + i % 3 for i in range(STEPS)],
            'dma_latency_ns_mean': [scale] * STEPS,
            'dma_latency_ns_max': [3 * scale + i for i in range(STEPS)],
            'locked_bytes': [locked] * STEPS,
            'queue_depth_max': [i % 17 if faults else 0 for i in range(STEPS)],
            'overflow_intervals_ns': [[10 * STEP_NS, 12 * STEP_NS], [40 * STEP_NS, 41 * STEP_NS]]
            if faults
            else [],
        }
        if replication == 0
        else {},
        'by': {},
    }


def result(cases, name='by-hand', description='Made by hand.', replications=3):
    """`cases` are arguments of run() without the replication."""
    runs = [
        run(replication=replication, **case)
        for case in cases
        for replication in range(replications)
    ]
    return {
        'schema': 'faultpath.result/1',
        'faultpath': '0.1.0',
        'confidence': 0.95,
        'scenario': {
            'name': name,
            'sha256': '0' * 64,
            'resolved': {
                'scenario': 1,
                'name': name,
                'description': description,
                'seed': 7,
                'replications': replications,
                'iommu': {'kind': 'vtd', 'queue_entries': 16},
            },
        },
        'runs': runs,
        'summary': {},
        'paired': {},
    }


def three_cases(iopf=2000.0, **more):
    return result(
        [
            {'strategy': 'pin', 'scale': 1000.0, 'locked': 1 << 28, 'faults': False},
            {'strategy': 'lru_locked', 'scale': 4000.0, 'locked': 1 << 25},
            {'strategy': 'iopf', 'scale': iopf, 'locked': 0},
        ],
        **more,
    )


def guests():
    """Nine ways to fill a host with guests: name, number, who holds their memory, latency."""
    sizes = [('pin_4', 4, 'pin', 1000.0), ('iopf_4', 4, 'iopf', 1500.0)]
    sizes += [
        (f'lru_{count}', count, 'lru_locked', 1500.0 + 100.0 * count) for count in (4, 6, 8, 12, 16)
    ]
    sizes += [('iopf_8', 8, 'iopf', 1800.0), ('iopf_16', 16, 'iopf', 3000.0)]
    content = result(
        [
            {'strategy': 'sva', 'variant': name, 'scale': scale, 'locked': 0}
            for name, _, _, scale in sizes
        ]
    )
    for one in content['runs']:
        _, count, backing, scale = next(size for size in sizes if size[0] == one['variant'])
        one['guests'] = {'count': count, 'backing': backing}
        one['blame_scopes_ns'] = {
            key: {
                'device': 0.0,
                'iommu': 0.1 * scale,
                'host': 0.2 * scale,
                'vmm': 0.4 * scale * factor,
                'guest': 0.3 * scale,
            }
            for key, factor in (('p50', 1), ('p90', 2), ('p99', 4), ('p999', 8))
        }
    return content


def curve():
    """As `faultpath curve` writes it: three limits that were simulated, four that were predicted."""
    limits = [1 << 20, 2 << 20, 4 << 20]
    content = result(
        [
            {'strategy': f'lru_locked-{limit >> 10}KiB', 'scale': 8e9 / limit, 'locked': limit}
            for limit in limits
        ]
    )

    def interval(mean):
        return {'mean': mean, 'low': 0.9 * mean, 'high': 1.1 * mean, 'n': 3}

    content['curve'] = {
        'schema': 'faultpath.curve/1',
        'metric': 'dma_latency_ns.p99',
        'predicted': [
            {'limit_bytes': limit, 'faults': {'mean': 4e9 / limit, 'low': None, 'high': None}}
            for limit in [1 << 19, *limits]
        ],
        'simulated': [
            {
                'limit_bytes': limit,
                'case': f'lru_locked-{limit >> 10}KiB',
                'faults': interval(4e9 / limit),
                'metric': interval(8e10 / limit),
            }
            for limit in limits
        ],
        'knee': {'metric': 'dma_latency_ns.p99', 'limit_bytes': 4 << 20, 'bound': 2e4},
        'target': {'metric': 'dma_latency_ns.p99', 'limit_bytes': 2 << 20, 'bound': 5e4},
    }
    return content
