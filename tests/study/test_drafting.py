"""``csi init``: what is guessed from columns, and that the drafted files can be used as they are."""

import os
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from csi_model.errors import StorageError, SurveyError
from csi_model.model.catalogue import read_model
from csi_model.model.checks import check_model
from csi_model.model.files import parse_model
from csi_model.model.spec import ModelSpec, Scale
from csi_model.study.column_profiles import profile_columns
from csi_model.study.drafting import draft, write_draft
from csi_model.study.files import StudySpec, read_study
from csi_model.survey.reading import read_survey
from csi_model.survey.simulation import simulate
from csi_model.survey.survey import DONT_KNOW, Survey
from csi_model.survey.tables import read_table, table_of

CHECKOUT = Path(__file__).parents[2]
CHINESE = {
    "image": "形象",
    "expectations": "期望",
    "quality": "质量",
    "value": "价值",
    "satisfaction": "满意",
    "loyalty": "忠诚",
}


def used(survey: Path) -> tuple[StudySpec, Survey]:
    """Draft, write, read back, check and read the answers: what ``csi init`` and ``csi check`` do."""
    written = write_draft(draft(survey), survey.with_name("study.yaml"))
    study = read_study(written[0])
    assert [one for one in check_model(study.model) if one.severity == "error"] == []
    return study, read_survey(list(study.files), study.model, **study.survey)


def ecsi_in_chinese(n: int = 400) -> pd.DataFrame:
    """An ECSI survey on 1-5 under Chinese column names."""
    model = read_model("ecsi")
    frame, _ = simulate(model, n, seed=2)
    names = {
        item.name: f"{CHINESE[construct.name]}{number}"
        for construct in model.constructs
        for number, item in enumerate(construct.indicators, start=1)
    }
    frame = frame.rename(columns={**names, "respondent": "编号"})
    for name in names.values():
        frame[name] = (frame[name].astype(int) + 1) // 2
    return frame


@pytest.mark.parametrize("name", ["acsi", "ecsi-complaints", "acsi-repurchase", "ccsi", "ncsb-2001"])
def test_survey_of_a_catalogue_model_is_recognised(tmp_path: Path, name: str) -> None:
    frame, _ = simulate(read_model(name), 300, seed=1, groups={"firm": ["A", "B"], "wave": ["2024", "2025"]})
    frame.to_csv(tmp_path / "survey.csv", index=False)
    made = draft(tmp_path / "survey.csv")
    study, survey = used(tmp_path / "survey.csv")
    assert study.model == read_model(name)
    assert made.model_text == ""
    assert f"catalogue model {name}" in made.study_text
    assert study.survey["by"] == ("firm",)
    assert study.survey["identifier"] == "respondent"
    assert len(survey) == 300


def test_model_without_the_questions_that_the_survey_lacks(tmp_path: Path) -> None:
    frame, _ = simulate(read_model("ecsi"), 300, seed=1)
    frame.drop(columns=["PERQ7", "CUSL2"]).to_csv(tmp_path / "survey.csv", index=False)
    study, _ = used(tmp_path / "survey.csv")
    names = [item.name for item in study.model.indicators]
    assert "PERQ6" in names
    assert not {"PERQ7", "CUSL2"} & set(names)
    assert study.model.paths == read_model("ecsi").paths
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8").replace("#", " ")
    assert "without PERQ7, CUSL2" in " ".join(text.split())


def test_names_in_small_letters_are_mapped(tmp_path: Path) -> None:
    frame, _ = simulate(read_model("acsi"), 300, seed=1)
    frame.rename(columns=str.lower).to_csv(tmp_path / "survey.csv", index=False)
    study, survey = used(tmp_path / "survey.csv")
    assert study.survey["columns"]["HIGHPTOL"] == "highptol"
    assert len(survey) == 300


def test_other_scale_and_coding_of_a_known_survey(tmp_path: Path) -> None:
    frame, _ = simulate(read_model("acsi-repurchase"), 300, seed=1)
    ratings = [name for name in frame if name not in ("respondent", "COMP")]
    frame[ratings] = (frame[ratings].astype(int) + 1) // 2
    frame["COMP"] = 2 - frame["COMP"]
    frame.to_csv(tmp_path / "survey.csv", index=False)
    _, survey = used(tmp_path / "survey.csv")
    scales = {item.name: item.scale for item in survey.model.indicators}
    assert scales["SATIS"] == Scale(low=1, high=5)
    assert scales["COMP"] == Scale(low=0, high=1)
    complaints = survey.answers[:, survey.names.index("COMP")]
    assert complaints.mean() == (frame["COMP"] == 1).mean()


class TestChineseSurvey:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        frame = ecsi_in_chinese()
        frame["满意1"] = 6 - frame["满意1"]
        frame.loc[::20, "质量2"] = 9
        frame.loc[3, "质量1"] = 11
        frame["投诉"] = np.where(np.arange(len(frame)) % 7 == 0, 1, 2)
        frame["地区"] = np.where(np.arange(len(frame)) % 2, "东部", "西部")
        frame["权重"] = np.linspace(0.5, 1.5, len(frame))
        frame["意见"] = [f"意见 {number}" for number in range(len(frame))]
        path = tmp_path / "调查.csv"
        frame.to_csv(path, index=False, encoding="gb18030")
        return path

    def test_is_grouped_by_its_names(self, path: Path) -> None:
        study, _ = used(path)
        model = study.model
        assert model.construct_names == (
            "image", "expectations", "quality", "value", "satisfaction", "complaints", "loyalty",
        )  # fmt: skip
        assert [item.name for item in model.construct("quality").indicators][:2] == ["质量1", "质量2"]
        assert model.index == "satisfaction"
        assert model.drivers_of("loyalty") == ("satisfaction",)
        assert model.drivers_of("quality") == ("expectations",)

    def test_finds_scale_codes_and_direction(self, path: Path) -> None:
        study, survey = used(path)
        items = {item.name: item for item in study.model.indicators}
        assert items["满意2"].scale == Scale(low=1, high=5)
        assert [name for name, item in items.items() if item.reversed] == ["满意1", "投诉"]
        columns = study.survey["codebook"].columns
        assert dict(columns["质量2"].missing) == {9: "refused"}
        assert dict(columns["质量1"].missing) == {11: "other"}
        complaints = survey.answers[:, survey.names.index("投诉")]
        assert complaints.mean() == pytest.approx(1 + np.mean(np.arange(400) % 7 == 0))

    def test_finds_group_weight_and_identifier(self, path: Path) -> None:
        study, _ = used(path)
        assert study.survey["by"] == ("地区",)
        assert study.survey["weight"] == "权重"
        assert study.survey["identifier"] == "编号"

    def test_shows_nothing_that_a_respondent_said(self, path: Path) -> None:
        made = draft(path)
        assert "意见 (open text): text with 400 different values" in made.study_text
        assert not re.search(r"意见 \d", made.study_text + made.model_text)


def test_spss_file_with_labels(tmp_path: Path) -> None:
    frame = ecsi_in_chinese(200).drop(columns="编号").astype(float)
    order = list(frame.columns)
    labels = {
        name: {"形": "Image of the firm", "期": "Expected quality", "质": "Quality of service"}.get(
            name[0], {"价": "Value for money", "满": "Satisfaction overall"}.get(name[0], "Would recommend")
        )
        for name in order
    }
    frame.columns = [f"Q{number}" for number in range(1, len(order) + 1)]
    frame.loc[::9, "Q1"] = 8
    frame["D1"] = np.arange(200) % 3 + 1.0
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "survey.sav"),
        column_labels=[*labels.values(), "Region of the household"],
        variable_value_labels={"Q1": {1.0: "bad", 5.0: "good", 8.0: "don't know"}, "D1": {1.0: "North"}},
    )
    study, survey = used(tmp_path / "survey.sav")
    assert study.model.construct_names == (
        "image",
        "expectations",
        "service_quality",
        "value",
        "satisfaction",
        "loyalty",
    )
    assert study.model.label("Q1") == "Image of the firm"
    assert study.survey["by"] == ("D1",)
    first = survey.reasons[:, survey.names.index("Q1")]
    assert (first == DONT_KNOW).sum() == len(range(0, 200, 9))


def test_columns_that_say_nothing_are_taken_in_threes(tmp_path: Path) -> None:
    frame = ecsi_in_chinese().drop(columns="编号")
    frame.columns = [f"V{number}" for number in range(1, frame.shape[1] + 1)]
    frame.to_csv(tmp_path / "survey.csv", index=False)
    study, _ = used(tmp_path / "survey.csv")
    sizes = [len(construct.indicators) for construct in study.model.constructs]
    assert sum(sizes) == frame.shape[1]
    assert set(sizes[:-1]) == {3}
    assert "neither names nor labels" in (tmp_path / "study-model.yaml").read_text(encoding="utf-8")


def test_one_construct_is_drafted_with_a_word_of_warning(tmp_path: Path) -> None:
    frame = ecsi_in_chinese(100)[["满意1"]]
    frame.to_csv(tmp_path / "survey.csv", index=False)
    made = draft(tmp_path / "survey.csv")
    assert "满意1" in made.model_text
    assert any("add another" in note for note in made.notes)


def test_odd_names_are_quoted(tmp_path: Path) -> None:
    frame = ecsi_in_chinese(100).drop(columns="编号")
    odd = ['say "yes": 1', "- dash", "#hash", "{brace", "no", "1", "image", "a: b", "O'Neil\\x"]
    frame = frame.iloc[:, : len(odd)]
    frame.columns = odd
    frame.to_csv(tmp_path / "odd name.csv", index=False)
    study, survey = used(tmp_path / "odd name.csv")
    assert sorted(item.name for item in study.model.indicators) == sorted(odd)
    assert len(survey) == 100


def test_file_without_ratings_says_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "survey.csv").write_text("name,amount\nx,1.5\ny,2.5\nz,7.25\n", encoding="utf-8")
    with pytest.raises(SurveyError, match=r"No column looks like a rating.*1 text, 1 number"):
        draft(tmp_path / "survey.csv")


class TestGuesses:
    def kinds(self, **columns: object) -> dict[str, str]:
        return {one.name: one.kind for one in profile_columns(table_of(pd.DataFrame(columns)))}

    def test_of_kinds(self) -> None:
        n = 120
        rng = np.random.default_rng(3)
        kinds = self.kinds(
            q_1=rng.integers(1, 8, n),
            brand_image_1=rng.integers(1, 6, n),
            brand=rng.integers(1, 5, n),
            gender=rng.integers(1, 3, n),
            complained=rng.integers(0, 2, n),
            wt=rng.uniform(0.5, 1.5, n),
            factor=1 + rng.uniform(-0.2, 0.2, n),
            minutes=rng.uniform(3, 40, n),
            id=np.arange(n),
            year=np.full(n, 2025),
            note=[f"text {number}" for number in range(n)],
            blank=[None] * n,
        )
        assert kinds == {
            "q_1": "rating",
            "brand_image_1": "rating",
            "brand": "group",
            "gender": "group",
            "complained": "yes_no",
            "wt": "weight",
            "factor": "weight",
            "minutes": "number",
            "id": "identifier",
            "year": "constant",
            "note": "text",
            "blank": "empty",
        }

    @pytest.mark.parametrize(
        ("values", "scale", "codes"),
        [
            ([1, 2, 3, 4, 5, 98, 99], (1, 5), [98, 99]),
            ([1, 2, 3, 4, 5, 9], (1, 5), [9]),
            ([1, 3, 5, 7, 9], (1, 7), [9]),
            ([1, 3, 5, 7, 8, 9, 10], (1, 10), []),
            ([0, 3, 6, 10, -1, 998], (0, 10), [-1, 998]),
            ([1, 2, 3, 10, 97], (1, 10), [97]),
        ],
    )
    def test_of_scales_and_missing_codes(
        self, values: list[int], scale: tuple[int, int], codes: list[int]
    ) -> None:
        frame = pd.DataFrame({"q1": values * 20})
        (found,) = profile_columns(table_of(frame))
        assert found.scale == Scale(low=scale[0], high=scale[1])
        assert sorted(found.codes) == sorted(codes)
        assert all(found.counts[code] == 20 for code in codes)

    def test_reserved_group_name_is_not_used(self, tmp_path: Path) -> None:
        frame = ecsi_in_chinese(100)
        frame["source"] = np.where(np.arange(100) % 2, "web", "phone")
        frame.to_csv(tmp_path / "survey.csv", index=False)
        study, _ = used(tmp_path / "survey.csv")
        assert study.survey["by"] == ()
        assert "rename it in the file" in (tmp_path / "study.yaml").read_text(encoding="utf-8")


class TestWriting:
    @pytest.fixture
    def survey(self, tmp_path: Path) -> Path:
        path = tmp_path / "in" / "survey.csv"
        path.parent.mkdir()
        ecsi_in_chinese(100).to_csv(path, index=False)
        return path

    def test_paths_are_relative_to_the_study(self, survey: Path, tmp_path: Path) -> None:
        written = write_draft(draft(survey), tmp_path / "out" / "my.yaml")
        assert [path.name for path in written] == ["my.yaml", "my-model.yaml"]
        text = written[0].read_text(encoding="utf-8")
        assert "survey: ../in/survey.csv" in text.replace('"', "")
        assert str(tmp_path) not in text
        assert len(read_study(written[0]).files) == 1

    def test_nothing_is_overwritten_unasked(self, survey: Path, tmp_path: Path) -> None:
        study = tmp_path / "my.yaml"
        write_draft(draft(survey), study)
        study.write_text("edited", encoding="utf-8")
        with pytest.raises(StorageError, match="exists"):
            write_draft(draft(survey), study)
        assert study.read_text(encoding="utf-8") == "edited"
        write_draft(draft(survey), study, force=True)
        assert study.read_text(encoding="utf-8") != "edited"

    def test_model_text_is_a_model_file(self, survey: Path) -> None:
        model: ModelSpec = parse_model(draft(survey).model_text, "draft.yaml")
        assert len(model.indicators) == 23


@pytest.mark.parametrize(
    ("file", "model", "rows"), [("mobi.csv", "ecsi-complaints", 250), ("acsi2015.xlsx", "acsi", 8239)]
)
@pytest.mark.slow
def test_public_surveys_are_recognised(tmp_path: Path, file: str, model: str, rows: int) -> None:
    folder = Path(os.environ.get("CSI_TEST_DATA") or CHECKOUT.parent / "shared")
    source = folder / "data" / file
    if not source.is_file():
        pytest.skip(f"{file} is not here; set CSI_TEST_DATA to the folder that holds data/{file}")
    shutil.copy(source, tmp_path / file)
    study, survey = used(tmp_path / file)
    assert study.model.name == model
    assert survey.read_rows == rows
    assert read_table(tmp_path / file).source == file
