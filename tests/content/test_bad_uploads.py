"""Whatever is sent instead of a pack is refused in under two seconds, with the reason, by reading alone."""

from __future__ import annotations

import tracemalloc
import warnings
from time import process_time

import pytest

from content import unpacking
from content.load import parse_pack, problems_in
from content.unpacking import BadUploadError
from tests.content.bad_uploads import ALL, Bad, zipped
from tests.content.tiny import tiny_files, tiny_problems

MOST_S, TRIES = 2.0, 3
MOST_MEMORY = 50_000_000


def refused(bad: Bad) -> str:
    """Why, or nothing."""
    try:
        files = unpacking.put_together(tiny_files(), [unpacking.unpack(bad.name, bad.data)])
    except BadUploadError as error:
        return error.why
    problems = problems_in(files)
    if not problems:
        problems = unpacking.strays(parse_pack(files), files)
    return "\n".join(map(str, problems))


def test_there_are_at_least_forty() -> None:
    assert len({bad.what for bad in ALL}) == len(ALL) >= 40


@pytest.mark.parametrize("bad", ALL, ids=lambda bad: bad.what.replace(" ", "_"))
def test_a_bad_upload_is_refused_with_its_reason(bad: Bad) -> None:
    assert any(refused_soon(bad) for _ in range(TRIES))


def refused_soon(bad: Bad) -> bool:
    """It is refused with its reason: was it soon enough? A crowded machine counts its waits for memory as work."""
    began = process_time()
    assert bad.why in refused(bad)
    return process_time() - began < MOST_S


def test_a_zip_bomb_is_not_unpacked_to_find_out() -> None:
    (bomb,) = (bad for bad in ALL if bad.what == "a zip bomb")
    tracemalloc.start()
    refused(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MOST_MEMORY


def test_a_zip_of_a_folder_is_the_pack_in_it() -> None:
    files = {f"tiny/{name}": data for name, data in tiny_files().items()}
    litter = {"__MACOSX/tiny/._en.yaml": b"x", "tiny/.DS_Store": b"x", "tiny/vignettes.yaml": b"vignettes: []"}
    assert unpacking.unpack("tiny.zip", zipped(*files.items(), *litter.items())) == tiny_files()


def test_changed_files_go_over_the_live_ones_and_a_whole_pack_replaces_them() -> None:
    live = {**tiny_files(), "es.yaml": b"old"}
    changed = unpacking.put_together(live, [{"en.yaml": b"new"}, {"pack.yaml": b"mended"}])
    assert changed == {**live, "en.yaml": b"new", "pack.yaml": b"mended"}
    assert unpacking.put_together(live, [tiny_files()]) == tiny_files()


def test_a_picture_alone_belongs_to_the_pictures() -> None:
    assert list(unpacking.unpack("foot.svg", b"<svg/>")) == ["pictures/foot.svg"]


def test_what_the_corpus_is_made_from_is_sound() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tiny_problems() == []
