"""The figures for slides: figures_test.py PROGRAM FOLDER. Exits with 77 where Matplotlib is missing."""
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import results

if importlib.util.find_spec('matplotlib') is None:
    print('python3-matplotlib is missing')
    sys.exit(77)

PROGRAM, FOLDER = sys.argv[1:3]
EXPECTED = ['tail-dma-latency', 'tail-fault-latency', 'stages', 'blame', 'time', 'memory']
SIGNATURES = {'.svg': b'<?xml', '.png': b'\x89PNG', '.pdf': b'%PDF'}


def drawn(name, *options, result='result.json'):
    folder = Path(FOLDER) / name
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(
        [PROGRAM, 'report', Path(FOLDER) / result, '--figures', folder, *options], check=True
    )
    return {file.name: file.read_bytes() for file in folder.iterdir()}


Path(FOLDER).mkdir(parents=True, exist_ok=True)
(Path(FOLDER) / 'result.json').write_text(json.dumps(results.three_cases()))
once, again = drawn('once'), drawn('again')

assert sorted(once) == sorted(name + suffix for name in EXPECTED for suffix in SIGNATURES), sorted(
    once
)
for name, content in once.items():
    assert content.startswith(SIGNATURES[Path(name).suffix]), name
    digests = [hashlib.sha256(one).hexdigest() for one in (content, again[name])]
    assert digests[0] == digests[1], f'{name} differs between two runs'

# Against a baseline whose iopf was faster, that case alone has a figure of its verdict.
baseline = Path(FOLDER) / 'baseline.json'
baseline.write_text(json.dumps(results.three_cases(iopf=1000.0)))
checked = drawn('checked', '--baseline', baseline)
assert set(checked) - set(once) == {'check-iopf' + suffix for suffix in SIGNATURES}, sorted(checked)
assert checked == {**once, **drawn('checked-again', '--baseline', baseline)}
text = ''.join(ElementTree.fromstring(checked['check-iopf.svg']).itertext())
assert 'dma_latency.p99' in text and 'worse' in text, text

for name in EXPECTED:
    text = ''.join(ElementTree.fromstring(once[name + '.svg']).itertext())
    assert 'iopf' in text, f'{name}.svg does not name its cases'

# Guests have two figures more.
(Path(FOLDER) / 'guests.json').write_text(json.dumps(results.guests()))
guests = drawn('guests', result='guests.json')
more = {name + suffix for name in ('scopes', 'density') for suffix in SIGNATURES}
assert set(guests) - set(once) == more, sorted(guests)
text = [one.strip() for one in ElementTree.fromstring(guests['density.svg']).itertext()]
assert 'pin' in text and 'iopf' in text and 'guests on the host' in text, text
assert 'VMM' in ''.join(ElementTree.fromstring(guests['scopes.svg']).itertext())

# A curve has a figure more, and a target that no limit meets is a line without a limit.
for name, change in (('curve', {}), ('missed', {'limit_bytes': None})):
    content = results.curve()
    content['curve']['target'].update(change)
    (Path(FOLDER) / f'{name}.json').write_text(json.dumps(content))
    curve = drawn(name, result=f'{name}.json')
    assert set(curve) - set(once) == {'limits' + suffix for suffix in SIGNATURES}, sorted(curve)
    text = [one.strip() for one in ElementTree.fromstring(curve['limits.svg']).itertext()]
    assert 'knee' in text and ('target' in text) == (not change), text
