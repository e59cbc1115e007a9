"""Draws the charts of a report for slides: figures.py DATA DIRECTORY."""
import json
import math
import sys
from pathlib import Path

import matplotlib

matplotlib.use('Agg')
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator  # noqa: E402

CASES = ['#0072b2', '#c75000', '#007a5a', '#9a3d83', '#806400', '#3a5fd0', '#5b5b5b', '#b02a4c']
STAGES = [
    '#4477aa',
    '#88ccee',
    '#5d6b78',
    '#117733',
    '#ddcc77',
    '#999933',
    '#cc6677',
    '#882255',
    '#bbbbbb',
    '#aa4499',
]
DASHES = ['-', (0, (6, 2)), (0, (3, 2)), (0, (6, 2, 2, 2)), (0, (10, 3)), (0, (1, 2))]
UNITS = {
    'duration': [(1e9, 's'), (1e6, 'ms'), (1e3, 'µs'), (1, 'ns')],
    'bytes': [(2**40, 'TiB'), (2**30, 'GiB'), (2**20, 'MiB'), (2**10, 'KiB'), (1, 'B')],
    'rate': [(1e9, 'G/s'), (1e6, 'M/s'), (1e3, 'k/s'), (1, '/s')],
    'count': [(1e9, 'G'), (1e6, 'M'), (1e3, 'k'), (1, '')],
}
STEPS = [m * 10.0**e for e in range(-1, 12) for m in (1, 2, 5)]
VERDICTS = {'same': '#59636e', 'inconclusive': '#1b1f24', 'better': '#11653a', 'worse': '#a5161d'}
INK, SOFT, RULE = '#1b1f24', '#59636e', '#dfe4e9'
WIDTH = 10.0  # inches: the text is readable on a slide

# Fixed, so that the same data give the same bytes.
matplotlib.rcParams.update(
    {
        'svg.hashsalt': 'faultpath',
        'svg.fonttype': 'none',
        'font.family': 'DejaVu Sans',
        'font.size': 12,
        'axes.edgecolor': SOFT,
        'axes.labelcolor': SOFT,
        'xtick.color': INK,
        'ytick.color': INK,
        'axes.spines.top': False,
        'axes.spines.right': False,
        'axes.grid': True,
        'grid.color': RULE,
        'axes.axisbelow': True,
        'legend.frameon': False,
        'figure.constrained_layout.use': True,
        'pdf.fonttype': 42,
    }
)


def quantity(value, unit, digits=3):
    """Three significant digits; a mark of an axis has those that it needs."""
    if not value:
        return '0'
    size, name = next(
        ((s, n) for s, n in UNITS[unit] if abs(value) >= s * 0.9999999), UNITS[unit][-1]
    )
    scaled = value / size
    number = f'{scaled:.6g}' if digits is None else f'{scaled:#.{digits}g}'.rstrip('.')
    return f'{number} {name}'.strip()


def axis_in(axis, unit):
    axis.set_major_formatter(FuncFormatter(lambda value, _: quantity(value, unit, None)))


def log_latency(axes, values):
    """A logarithmic axis with a mark at each 1, 2 and 5."""
    low = min((value for value in values if value > 0), default=STEPS[0])
    high = max(values)
    axes.set_yscale('log')
    axes.set_ylim(max(s for s in STEPS if s <= low), min(s for s in STEPS if s > high))
    axes.yaxis.set_major_locator(FixedLocator(STEPS))
    axes.yaxis.set_minor_locator(NullLocator())
    axis_in(axes.yaxis, 'duration')


def marks_of_memory(axis, most):
    """Up to ten marks, a power of two of the largest unit apart."""
    unit = 1024.0 ** math.floor(math.log(most, 1024))
    step = next(s for s in (2**k for k in range(12)) if most / unit / s <= 10) * unit
    axis.set_major_locator(FixedLocator([k * step for k in range(12)]))
    axis_in(axis, 'bytes')


def percentile(rarity):
    return 'min' if rarity == 1 else f'p{100 * (1 - 1 / rarity):.6g}'


def tail(report, data):
    figure, axes = plt.subplots(figsize=(WIDTH, 5.6))
    shown = []
    for line in data['lines']:
        x, i = report['rarities'][: len(line['values'])], line['case']
        sure = max(1, line['sure'])
        colour, dash = CASES[i % 8], DASHES[i % 6]
        axes.fill_between(x, line['low'], line['high'], color=colour, alpha=0.18, linewidth=0)
        axes.plot(
            x[:sure],
            line['values'][:sure],
            color=colour,
            linestyle=dash,
            linewidth=2.2,
            label=report['cases'][i],
        )
        axes.plot(
            x[sure - 1 :],
            line['values'][sure - 1 :],
            color=colour,
            linestyle=dash,
            linewidth=2.2,
            alpha=0.4,
        )
        p10 = line['low'][min(5, len(x) - 1)]  # the least values may be far below all others
        shown += [value for value in line['low'] + line['high'] if value >= p10]
    log_latency(axes, shown)
    axes.set_xscale('log')
    axes.set_xlim(1, max(report['rarities'][len(line['values']) - 1] for line in data['lines']))
    axes.xaxis.set_major_locator(FixedLocator([1, 2, 10, 100, 1e3, 1e4, 1e5, 1e6]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percentile(value)))
    axes.set_ylabel(data['name'])
    axes.legend(loc='lower left', bbox_to_anchor=(0, 1.0), ncol=4)
    return figure


def stacked_bars(axes, labels, names, bars, height=0.62, written=None, empty=False):
    """A bar for each label, of parts in the order of `names`; of those that are zero everywhere
    only if `empty`. Parts longer than `written` say how long they are."""
    ends = [0.0] * len(labels)
    for part, name in enumerate(names):
        widths = [bar[part] for bar in bars]
        if not (empty or any(widths)):
            continue
        axes.barh(
            range(len(labels)),
            widths,
            left=ends,
            color=STAGES[part % 10],
            label=name,
            height=height,
            edgecolor='white',
            linewidth=0.6,
        )
        for i, width in enumerate(widths):
            if written is not None and width > written:
                ink = 'white' if part % 10 in (0, 2, 3, 7, 9) else '#111111'
                axes.text(
                    ends[i] + width / 2,
                    i,
                    quantity(width, 'duration'),
                    ha='center',
                    va='center',
                    fontsize=10,
                    color=ink,
                )
        ends = [end + width for end, width in zip(ends, widths)]
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.grid(False, axis='y')
    axes.legend(loc='lower left', bbox_to_anchor=(0, 1.0), ncol=5)


def stages(report, data):
    rows = data['rows']
    figure, axes = plt.subplots(figsize=(WIDTH, 1.9 + 0.55 * len(rows)))
    labels, bars = [report['cases'][row['case']] for row in rows], [row['ns'] for row in rows]
    longest = max(sum(bar) for bar in bars)
    stacked_bars(axes, labels, report['stages']['names'], bars, written=0.07 * longest)
    axes.set_xlabel('time of a fault, ' + data['name'])
    axis_in(axes.xaxis, 'duration')
    return figure


def blame(report, data):
    rows = [(one['case'], row) for one in data for row in one['rows']]
    figure, axes = plt.subplots(figsize=(WIDTH, 1.9 + 0.36 * len(rows)))
    labels = [f"{report['cases'][case]}  {row['percentile']}" for case, row in rows]
    shares = [[ns / sum(row['ns']) for ns in row['ns']] for _, row in rows]
    stacked_bars(axes, labels, report['stages']['names'], shares, height=0.7)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f'{100 * value:.0f} %'))
    return figure


def series(report, data):
    rows = data['rows']
    figure, all_axes = plt.subplots(
        len(rows), 1, sharex=True, squeeze=False, figsize=(WIDTH, 1.0 + 1.35 * len(rows))
    )
    for axes, row in zip(all_axes[:, 0], rows):
        for one in row.get('overflows', []):
            axes.axvspan(one['from'], one['to'], color=SOFT, alpha=0.25, linewidth=0)
        for line in row['lines']:
            i = line['case']
            values = [math.nan if value is None else value for value in line['values']]
            axes.step(
                [k * line['step_ns'] for k in range(len(values))],
                values,
                where='post',
                color=CASES[i % 8],
                linestyle=DASHES[i % 6],
                linewidth=1.3,
                label=report['cases'][i],
            )
        most = max((v for line in row['lines'] for v in line['values'] if v is not None), default=0)
        if (
            row.get('capacity', math.inf) < 3 * most
        ):  # where it can be seen without hiding what happens
            axes.axhline(row['capacity'], color=INK, linewidth=1, linestyle=(0, (4, 3)))
        axes.set_title(row['title'], loc='left', fontsize=11, color=SOFT)
        axes.set_ylim(bottom=0)
        axis_in(axes.yaxis, row['unit'])
    last = all_axes[-1, 0]
    last.set_xlim(left=0)
    last.set_xlabel('simulated time')
    axis_in(last.xaxis, 'duration')
    all_axes[0, 0].legend(loc='lower right', bbox_to_anchor=(1, 1.0), ncol=4)
    return figure


def memory(report, data):
    figure, axes = plt.subplots(figsize=(WIDTH, 5.2))
    front = sorted(
        (
            p
            for p in data
            if not any(
                q['locked'] <= p['locked']
                and q['tail'] <= p['tail']
                and (q['locked'] < p['locked'] or q['tail'] < p['tail'])
                for q in data
            )
        ),
        key=lambda p: (p['locked'], -p['tail']),
    )
    axes.step(
        [p['locked'] for p in front],
        [p['tail'] for p in front],
        where='post',
        color=SOFT,
        linestyle=(0, (4, 3)),
        linewidth=1.2,
    )
    for point in data:
        i = point['case']
        axes.errorbar(
            point['locked'],
            point['tail'],
            yerr=[[point['tail'] - point['low']], [point['high'] - point['tail']]],
            marker='os^DPv'[i % 6],
            markersize=9,
            color=CASES[i % 8],
            ecolor=INK,
        )
        axes.annotate(
            report['cases'][i],
            (point['locked'], point['tail']),
            xytext=(9, 7),
            textcoords='offset points',
        )
    log_latency(axes, [p['low'] for p in data] + [p['high'] for p in data])
    most = max(p['locked'] for p in data)
    marks_of_memory(axes.xaxis, most)
    axes.set_xlim(-0.03 * most, 1.12 * most)
    axes.set_xlabel('locked memory, most at any time')
    axes.set_ylabel('DMA latency p99')
    return figure


def scopes(report, data):
    """Whose time a fault takes, at each percentile."""
    rows = [(group['name'], row) for group in data['groups'] for row in group['rows']]
    figure, axes = plt.subplots(figsize=(WIDTH, 1.9 + 0.36 * len(rows)))
    labels = [f"{report['cases'][row['case']]} {name}" for name, row in rows]
    stacked_bars(axes, labels, data['names'], [row['ns'] for _, row in rows], empty=True)
    axes.set_xlabel('time of a fault')
    axis_in(axes.xaxis, 'duration')
    return figure


def density(report, data):
    """Guests against the tail, a line for each way to hold their memory, and the front."""
    figure, axes = plt.subplots(figsize=(WIDTH, 5.2))
    front = sorted(
        (
            p
            for p in data
            if not any(
                q['guests'] >= p['guests']
                and q['tail'] <= p['tail']
                and (q['guests'] > p['guests'] or q['tail'] < p['tail'])
                for q in data
            )
        ),
        key=lambda p: (p['guests'], p['tail']),
    )
    axes.step(
        [p['guests'] for p in front],
        [p['tail'] for p in front],
        where='pre',
        color=SOFT,
        linestyle=(0, (4, 3)),
        linewidth=1.2,
    )
    for i, family in enumerate(dict.fromkeys(p['family'] for p in data)):
        points = sorted((p for p in data if p['family'] == family), key=lambda p: p['guests'])
        axes.errorbar(
            [p['guests'] for p in points],
            [p['tail'] for p in points],
            yerr=[
                [p['tail'] - p['low'] for p in points],
                [p['high'] - p['tail'] for p in points],
            ],
            marker='os^DPv'[i % 6],
            markersize=8,
            color=CASES[i % 8],
            linestyle=DASHES[i % 6],
            ecolor=INK,
            label=family,
        )
    log_latency(axes, [p['low'] for p in data] + [p['high'] for p in data])
    axes.set_xlim(0, 1.06 * max(p['guests'] for p in data))
    axes.set_xlabel('guests on the host')
    axes.set_ylabel('DMA latency p99')
    axes.legend(loc='lower left', bbox_to_anchor=(0, 1.0), ncol=4)
    return figure


def limits(report, data):
    """Faults and the metric against the locked limit; rules at the knee and at the target."""
    figure, (above, below) = plt.subplots(2, 1, figsize=(WIDTH, 6.4), sharex=True)
    lines, points = data['predicted'], data['simulated']
    above.plot(
        [p['limit'] for p in lines],
        [p['faults'] for p in lines],
        color=SOFT,
        linestyle=(0, (6, 3)),
        label='predicted',
    )
    for axes, name in ((above, 'faults'), (below, 'metric')):
        axes.errorbar(
            [p['limit'] for p in points],
            [p[name] for p in points],
            yerr=[
                [p[name] - p[name + '_low'] for p in points],
                [p[name + '_high'] - p[name] for p in points],
            ],
            marker='o',
            markersize=5,
            color=CASES[0],
            ecolor=INK,
            label='simulated',
        )
        for goal in ('knee', 'target'):
            if data[goal] and data[goal]['limit']:
                axes.axvline(data[goal]['limit'], color=INK, linestyle=(0, (2, 3)), linewidth=1)
    for height, goal in ((1.0, 'knee'), (0.9, 'target')):
        if data[goal] and data[goal]['limit']:
            above.annotate(
                goal,
                (data[goal]['limit'], height),
                xycoords=('data', 'axes fraction'),
                xytext=(-4, -4),
                textcoords='offset points',
                ha='right',
                va='top',
            )
    bounds = [data['target']['bound']] if data['target'] and data['target']['bound'] else []
    for bound in bounds:
        below.axhline(bound, color=INK, linestyle=(0, (2, 3)), linewidth=1)
    if data['unit'] == 'duration':
        values = [p[end] for p in points for end in ('metric_low', 'metric_high')]
        log_latency(below, values + bounds)
    else:
        axis_in(below.yaxis, data['unit'])
    most = max(p['limit'] for p in lines + points)
    marks_of_memory(below.xaxis, most)
    axis_in(above.yaxis, 'count')
    above.set_ylabel('faults')
    below.set_ylabel(data['metric'].replace('_ns', '').replace('_', ' '))
    below.set_xlabel('limit on locked memory')
    above.legend(loc='lower left', bbox_to_anchor=(0, 1.0), ncol=2)
    return figure


def check(report, one):
    """The change of each metric with its interval, on the margin; an interval that reaches out of sight is cut."""
    rows = one['metrics']
    figure, axes = plt.subplots(figsize=(WIDTH, 1.5 + 0.3 * len(rows)))
    reach = 1.1 * max(
        0.01,
        *(
            min(abs(row[key]), 8 * row['margin'])
            for row in rows
            for key in ('margin', 'low', 'high')
        ),
    )
    axes.barh(
        range(len(rows)),
        [2 * row['margin'] for row in rows],
        left=[-row['margin'] for row in rows],
        color=RULE,
        height=0.8,
    )
    for verdict, colour in VERDICTS.items():
        those = [i for i, row in enumerate(rows) if row['verdict'] == verdict]
        if not those:
            continue
        axes.hlines(
            those,
            [max(-reach, rows[i]['low']) for i in those],
            [min(reach, rows[i]['high']) for i in those],
            color=colour,
            linewidth=2,
        )
        axes.plot(
            [min(reach, max(-reach, rows[i]['change'])) for i in those],
            those,
            'o',
            color=colour,
            label=verdict,
        )
    axes.axvline(0, color=INK, linewidth=1)
    axes.set_xlim(-reach, reach)
    axes.set_yticks(range(len(rows)), [row['metric'] for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(False, axis='y')
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f'{100 * value:+.3g} %'))
    axes.set_xlabel(f"{report['cases'][one['case']]}: change from the baseline, on the margin")
    axes.legend(loc='lower left', bbox_to_anchor=(0, 1.0), ncol=4)
    return figure


def figures(report):
    for one in (report.get('check') or {}).get('cases', []):
        yield ('check-' + report['cases'][one['case']].replace('/', '-'), check(report, one))
    for one in report['tails'] or []:
        name = one['name'].lower().replace(' ', '-')
        yield ('tail-' + name, tail(report, one))
    if report['stages']:
        yield ('stages', stages(report, report['stages']['groups'][0]))
    if report['blame']:
        yield ('blame', blame(report, report['blame']))
    if report['series']:
        yield ('time', series(report, report['series']))
    if report['memory']:
        yield ('memory', memory(report, report['memory']))
    if report.get('scopes'):
        yield ('scopes', scopes(report, report['scopes']))
    if report.get('density'):
        yield ('density', density(report, report['density']))
    if report.get('limits'):
        yield ('limits', limits(report, report['limits']))


def main(data, directory):
    report = json.loads(Path(data).read_text())
    for name, figure in figures(report):
        for suffix, metadata in (
            ('svg', {'Date': None}),
            ('png', {'Software': None}),
            ('pdf', {'CreationDate': None, 'Producer': None, 'Creator': None}),
        ):
            figure.savefig(Path(directory) / f'{name}.{suffix}', metadata=metadata, dpi=150)
        plt.close(figure)


main(*sys.argv[1:])
