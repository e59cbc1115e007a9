"""A result is read whole, or refused with its file and place."""
import json

import pytest
import zstandard

import faultpath_results as fp


def written(folder, content, name="result.json"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def refusal(path) -> str:
    with pytest.raises(fp.ResultError) as caught:
        fp.read(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_a_file_and_the_directory_that_holds_it_are_the_same(tmp_path, document):
    path = written(tmp_path, document)
    assert fp.read(path).document == fp.read(tmp_path).document == document


def test_a_compressed_file_is_read_under_any_name(tmp_path, document):
    data = zstandard.ZstdCompressor().compress(json.dumps(document).encode())
    assert fp.read(written(tmp_path, data, "base.zst")).document == document
    assert fp.read(written(tmp_path, data, "base.json")).document == document


def test_a_compressed_file_that_lacks_its_end_is_refused(tmp_path, document):
    data = zstandard.ZstdCompressor().compress(json.dumps(document).encode())
    assert "not JSON" in refusal(written(tmp_path, data[:-20]))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "No such file" in refusal(tmp_path / "none.json")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"not a result"])
def test_what_is_not_json_is_refused(tmp_path, content):
    assert "not JSON" in refusal(written(tmp_path, content))


@pytest.mark.parametrize("content", [[], {}, None, 3, {"schema": "faultpath.result/2"}])
def test_another_schema_is_refused_with_what_was_found(tmp_path, content):
    assert "not 'faultpath.result/1'" in refusal(written(tmp_path, content))


@pytest.mark.parametrize("path", [["runs"], ["summary"], ["scenario"], ["scenario", "resolved"],
                                  ["runs", 1, "counters"], ["runs", 1, "strategy"],
                                  ["runs", 1, "distributions", "dma_latency_ns", "histogram"],
                                  ["runs", 1, "distributions", "dma_latency_ns", "histogram",
                                   "sub_bits"]])
def test_a_missing_member_is_named_with_its_place(tmp_path, document, path):
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    del parent[path[-1]]
    message = refusal(written(tmp_path, document))
    assert f"{path[-1]} is missing" in message
    assert len(path) < 3 or "runs[1]" in message


def test_a_member_of_another_kind_is_refused(tmp_path, document):
    document["runs"][2]["counters"] = [1]
    assert "runs[2].counters is not an object" in refusal(written(tmp_path, document))
    document["runs"] = [7]
    assert "runs[0] is not an object" in refusal(written(tmp_path, document))


def test_a_histogram_in_another_unit_is_refused(tmp_path, document):
    document["runs"][0]["distributions"]["dma_latency_ns"]["histogram"]["unit"] = "ns"
    assert "unit is 'ns', not 'ps'" in refusal(written(tmp_path, document))


def test_a_replication_that_is_there_twice_is_refused(tmp_path, document):
    document["runs"][1]["replication"] = 0
    assert "runs[1] is there twice: /pin/0" in refusal(written(tmp_path, document))
