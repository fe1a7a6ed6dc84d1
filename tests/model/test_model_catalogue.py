"""The catalogue against the published structures, and the door for every model source."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path as FilePath

import pytest

from csi_model.errors import ModelError
from csi_model.model.catalogue import (
    catalogue,
    catalogue_entries,
    catalogue_listing,
    examine_model,
    read_catalogue,
    read_model,
)
from csi_model.model.shipped import shipped
from csi_model.model.spec import Scale

ACSI = "EXP>QUAL EXP>VAL EXP>SAT QUAL>VAL QUAL>SAT VAL>SAT SAT>COMP SAT>LOY COMP>LOY"
ECSI = "IMG>EXP IMG>SAT IMG>LOY EXP>QUAL EXP>VAL EXP>SAT QUAL>VAL QUAL>SAT VAL>SAT SAT>LOY"
EPSI = "EXP>VAL IMG>VAL PRODQ>VAL SERVQ>VAL IMG>SAT EXP>SAT PRODQ>SAT SERVQ>SAT VAL>SAT SAT>LOY IMG>LOY"
SERVQUAL = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")

STRUCTURES = {
    "scsb": "EXP>VAL EXP>SAT VAL>SAT SAT>COMP SAT>LOY COMP>LOY",
    "acsi": ACSI,
    "acsi-repurchase": ACSI,
    "acsi-extended": ACSI.replace("EXP>QUAL", "EXP>PRODQ EXP>SERVQ PRODQ>QUAL SERVQ>QUAL"),
    "acsi-government": "EXP>QUAL EXP>SAT QUAL>SAT SAT>COMP SAT>TRUST COMP>TRUST process>QUAL "
    "information>QUAL customer_service>QUAL website>QUAL",
    "ncsi-korea": ACSI,
    "tmme": ACSI,
    "csisg": ACSI,
    "ncsi-uk": ACSI,
    "ecsi": ECSI,
    "ecsi-complaints": ECSI + " SAT>COMP COMP>LOY",
    "epsi": EPSI,
    "epsi-chain": EPSI + " IMG>EXP EXP>PRODQ EXP>SERVQ",
    "ncsb": ACSI + " IMG>SAT IMG>LOY",
    "ncsb-2001": " ".join(f"{one}>SAT" for one in SERVQUAL) + " price>SAT handling>SAT SAT>IMG "
    "SAT>affective_commitment SAT>calculative_commitment SAT>LOY IMG>LOY affective_commitment>LOY "
    "calculative_commitment>LOY price>LOY handling>LOY",
    "swics": "dialogue>SAT dialogue>LOY SAT>LOY",
    "ccsi": "IMG>EXP IMG>QUAL IMG>SAT IMG>LOY EXP>QUAL EXP>VAL EXP>SAT QUAL>VAL QUAL>SAT VAL>SAT SAT>LOY",
    "ccsi-durables": "IMG>EXP IMG>PRODQ IMG>SERVQ IMG>SAT IMG>LOY EXP>PRODQ EXP>SERVQ EXP>VAL EXP>SAT "
    "PRODQ>QUAL SERVQ>QUAL QUAL>VAL QUAL>SAT VAL>SAT SAT>LOY",
    "hkcsi": "characteristics>EXP characteristics>QUAL characteristics>SAT EXP>QUAL EXP>VAL EXP>SAT QUAL>VAL "
    "QUAL>SAT VAL>SAT SAT>COMP SAT>LOY COMP>LOY",
    "jcsi": "EXP>QUAL EXP>VAL EXP>SAT QUAL>VAL QUAL>SAT VAL>SAT SAT>recommendation SAT>LOY "
    "recommendation>LOY",
    "mcsi": ECSI,
}
"""The arrows of each index as published or, for reconstructed ones, as their caveats describe them."""

SHORT = {
    "IMG": "image", "EXP": "expectations", "QUAL": "quality", "PRODQ": "product_quality",
    "SERVQ": "service_quality", "VAL": "value", "SAT": "satisfaction", "COMP": "complaints",
    "LOY": "loyalty", "TRUST": "trust",
}  # fmt: skip

COUNTS = {
    "scsb": (5, 6), "acsi": (6, 9), "acsi-repurchase": (6, 9), "acsi-extended": (8, 12),
    "acsi-government": (9, 10), "ncsi-korea": (6, 9), "tmme": (6, 9), "csisg": (6, 9), "ncsi-uk": (6, 9),
    "ecsi": (6, 10), "ecsi-complaints": (7, 12), "epsi": (7, 11), "epsi-chain": (7, 14), "ncsb": (7, 11),
    "ncsb-2001": (12, 16), "swics": (3, 3), "ccsi": (6, 11), "ccsi-durables": (8, 15), "hkcsi": (7, 12),
    "jcsi": (6, 9), "mcsi": (6, 10),
}  # fmt: skip

RECONSTRUCTED = {
    "acsi-extended", "ncsb", "ncsb-2001", "swics", "ccsi", "ccsi-durables", "hkcsi", "jcsi", "mcsi",
}  # fmt: skip


def test_every_model_file_is_listed_and_the_list_is_current() -> None:
    folder = shipped("models")
    assert set(catalogue()) == {path.stem for path in folder.glob("*.yaml")} == set(STRUCTURES)
    stored = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    assert stored == catalogue_listing(catalogue())
    for path in folder.glob("*.yaml"):
        assert path.read_text(encoding="utf-8").startswith(
            "# yaml-language-server: $schema=model.schema.json\n"
        )


@pytest.mark.parametrize("name", STRUCTURES)
def test_constructs_and_paths_are_the_published_ones(name: str) -> None:
    spec = read_catalogue(name)
    arrows = {tuple(SHORT.get(end, end) for end in arrow.split(">")) for arrow in STRUCTURES[name].split()}
    assert {(path.source, path.target) for path in spec.paths} == arrows
    assert set(spec.construct_names) == {end for arrow in arrows for end in arrow}
    assert (len(spec.constructs), len(spec.paths)) == COUNTS[name]
    assert spec.name == name
    assert spec.index == "satisfaction"
    assert (spec.structure == "reconstructed") == (name in RECONSTRUCTED)


@pytest.mark.parametrize("name", STRUCTURES)
def test_everything_is_named_in_both_languages(name: str) -> None:
    spec = read_catalogue(name)
    parts = [spec.title, *(construct.label for construct in spec.constructs)]
    parts += [item.label for item in spec.indicators]
    for label in parts:
        assert set(label) == {"en", "zh"}
        assert any("\u4e00" <= character <= "\u9fff" for character in label["zh"])
        assert label["en"].isascii()
    assert spec.source
    if spec.structure == "reconstructed":
        assert set(spec.caveat) == {"en", "zh"}
    assert all(item.scale is not None for item in spec.indicators)


def test_complaints_are_yes_or_no_and_low_is_good() -> None:
    for name in ("scsb", "acsi", "acsi-government", "ncsb", "hkcsi", "tmme"):
        construct = read_catalogue(name).construct("complaints")
        assert not construct.high_is_good
        assert {item.scale for item in construct.indicators} == {Scale(low=0, high=1)}
    handling = read_catalogue("ecsi-complaints").construct("complaints")
    assert handling.high_is_good
    assert handling.indicators[0].scale == Scale(low=1, high=10)


def test_acsi_questions() -> None:
    spec = read_catalogue("acsi")
    assert [item.name for item in spec.indicators] == [
        "OVERALLX",
        "CUSTOMX",
        "WRONGX",
        "OVERALLQ",
        "CUSTOMQ",
        "WRONGQ",
        "PQ",
        "QP",
        "SATIS",
        "CONFIRM",
        "IDEAL",
        "COMP",
        "REPUR",
        "RESERVATION",
    ]
    reservation = spec.construct("loyalty").indicators[1]
    assert reservation.scale == Scale(low=75, high=125)
    made = {
        (case.low, case.high): (case.when, case.take, case.times, case.plus) for case in reservation.cases
    }
    assert made == {(6, 10): ("REPUR", "HIGHPTOL", 1, 100), (1, 5): ("REPUR", "LOWPTOL", -1, 100)}
    assert spec.columns()[-3:] == ("REPUR", "HIGHPTOL", "LOWPTOL")
    assert spec.codebook == read_catalogue("acsi-repurchase").codebook == "acsi2015"
    repurchase = read_catalogue("acsi-repurchase").construct("loyalty")
    assert [item.name for item in repurchase.indicators] == ["REPUR"]


def test_mobile_phone_questions() -> None:
    names = [f"IMAG{n}" for n in range(1, 6)] + [f"CUEX{n}" for n in range(1, 4)]
    names += [f"PERQ{n}" for n in range(1, 8)] + ["PERV1", "PERV2"] + [f"CUSA{n}" for n in range(1, 4)]
    loyalty = ["CUSL1", "CUSL2", "CUSL3"]
    assert [item.name for item in read_catalogue("ecsi").indicators] == names + loyalty
    assert [item.name for item in read_catalogue("ecsi-complaints").indicators] == [*names, "CUSCO", *loyalty]


def test_second_order_quality() -> None:
    for name in ("acsi-extended", "ccsi-durables"):
        quality = read_catalogue(name).construct("quality")
        assert quality.repeats == ("product_quality", "service_quality")
        assert len(read_catalogue(name).items_of("quality")) == 6


def test_topics_that_the_source_lacks_are_marked() -> None:
    assert not any(item.suggested for item in read_catalogue("acsi").indicators)
    assert all(item.suggested for item in read_catalogue("tmme").indicators)
    assert all(item.suggested for item in read_catalogue("mcsi").indicators)
    loyalty = read_catalogue("epsi").construct("loyalty")
    assert not any(item.suggested for item in loyalty.indicators)


def test_entries_agree_with_the_models() -> None:
    for entry in catalogue_entries():
        spec = read_catalogue(entry.name)
        assert (entry.constructs, entry.paths) == (len(spec.constructs), len(spec.paths))
        assert entry.title == spec.title
        assert entry.structure == spec.structure


def test_a_model_is_read_from_whatever_names_one(tmp_path: FilePath) -> None:
    text = (shipped("models") / "acsi.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.YML").write_text(text, encoding="utf-8")
    (tmp_path / "mine.txt").write_text("A =~ a\nsat =~ b\nsat ~ A\n", encoding="utf-8")
    assert read_model("acsi") == read_model(tmp_path / "mine.YML") == read_model(str(tmp_path / "mine.YML"))
    assert read_model(tmp_path / "mine.txt").index == "sat"
    assert read_model(tmp_path / "mine.txt", index="A").index == "A"
    assert read_model("acsi", index="loyalty").index == "loyalty"
    assert examine_model("acsi").findings == ()


def test_what_names_no_model_is_told_with_choices(tmp_path: FilePath) -> None:
    (tmp_path / "survey.csv").write_text("a,b\n", encoding="utf-8")
    cases = {
        "acsy": "Did you mean 'acsi'?",
        "ECSI": "Did you mean 'ecsi'?",
        "whatever-else": "The catalogue has: scsb, acsi",
        "acsi.yaml": "under the name 'acsi'",
        "absent.lav": "There is no such file",
        str(tmp_path): "This is a folder",
        str(tmp_path / "survey.csv"): "This is a survey",
    }
    for source, words in cases.items():
        with pytest.raises(ModelError) as caught:
            read_model(source)
        (finding,) = caught.value.findings
        assert words in str(finding)
        assert finding.fix
        assert str(tmp_path.parent) not in str(finding)
    with pytest.raises(ModelError, match="Did you mean 'satisfaction'"):
        read_model("acsi", index="satisfacton")
    with pytest.raises(ModelError, match="Did you mean 'ccsi'"):
        read_catalogue("cccsi")


def test_reading_models_loads_no_heavy_library() -> None:
    code = (
        "import sys, csi_model.model.catalogue as c\n"
        "c.read_model('acsi'); c.catalogue_entries()\n"
        "heavy = {'numpy', 'pandas', 'scipy', 'matplotlib', 'semopy', 'statsmodels', 'pyarrow'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    folder = FilePath(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder
    )
    assert done.stdout.strip() == "[]"
