"""Reads a result file, plain or compressed, and checks that it is a faultpath.result/1."""
import json
from pathlib import Path

SCHEMA = "faultpath.result/1"
RESULT_FILE = "result.json"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

# What has to be there, and what it has to be. Other members may be there too.
_RESULT_MEMBERS = {"scenario": dict, "runs": list, "summary": dict}
_SCENARIO_MEMBERS = {"name": str, "resolved": dict}
_RUN_MEMBERS = {"variant": str, "strategy": str, "replication": int, "seed": int,
                "counters": dict, "gauges": dict, "distributions": dict, "stages_ns": dict}
_HISTOGRAM_MEMBERS = {"unit": str, "sub_bits": int, "buckets": list}
_KINDS = {dict: "an object", list: "an array", str: "a text", int: "a whole number"}


class ResultError(ValueError):
    """The file is not there, is damaged, or is not a result that this module can read."""


def read_document(path: str | Path) -> dict:
    """The checked content of a result file, or of `result.json` in a result directory."""
    path = Path(path)
    if path.is_dir():
        path = path / RESULT_FILE
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ResultError(f"{path}: {error.strerror}") from error
    return parse_document(data, str(path))


def parse_document(data: bytes | str, where: str) -> dict:
    """The checked content of `data`; `where` begins the message of an error."""
    document = parse_json(data, where)
    check_document(document, where)
    return document


def parse_json(data: bytes | str, where: str):
    """The value that `data` spells; compressed data is expanded first."""
    if isinstance(data, bytes) and data.startswith(_ZSTD_MAGIC):
        data = _decompressed(data, where)
    try:
        return json.loads(data)
    except ValueError as error:  # of JSON, or of UTF-8
        raise ResultError(f"{where}: not JSON: {error}") from error


def check_document(document, where: str) -> None:
    """Raises ResultError unless `document` has the schema and the members that are read here."""
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA:
        raise ResultError(f"{where}: the schema is {schema!r}, not {SCHEMA!r}")
    _check_members(document, _RESULT_MEMBERS, where, "")
    _check_members(document["scenario"], _SCENARIO_MEMBERS, where, "scenario.")
    seen = set()
    for index, run in enumerate(document["runs"]):
        _check_run(run, where, f"runs[{index}]")
        key = run["variant"], run["strategy"], run["replication"]
        if key in seen:
            raise ResultError(f"{where}: runs[{index}] is there twice: {'/'.join(map(str, key))}")
        seen.add(key)


def _check_run(run, where: str, at: str) -> None:
    if not isinstance(run, dict):
        raise ResultError(f"{where}: {at} is not an object")
    _check_members(run, _RUN_MEMBERS, where, at + ".")
    for name, distribution in run["distributions"].items():
        histogram = distribution.get("histogram")
        place = f"{at}.distributions.{name}.histogram"
        if not isinstance(histogram, dict):
            raise ResultError(f"{where}: {place} is missing")
        _check_members(histogram, _HISTOGRAM_MEMBERS, where, place + ".")
        if histogram["unit"] != "ps":
            raise ResultError(f"{where}: {place}.unit is {histogram['unit']!r}, not 'ps'")


def _check_members(parent: dict, members: dict, where: str, at: str) -> None:
    for name, kind in members.items():
        if name not in parent:
            raise ResultError(f"{where}: {at}{name} is missing")
        if not isinstance(parent[name], kind):
            raise ResultError(f"{where}: {at}{name} is not {_KINDS[kind]}")


def _decompressed(data: bytes, where: str) -> bytes:
    try:
        import zstandard
    except ImportError as error:
        raise ResultError(f"{where}: compressed; install python3-zstandard to read it") from error
    try:
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as stream:
            return stream.read()
    except zstandard.ZstdError as error:
        raise ResultError(f"{where}: damaged: {error}") from error
