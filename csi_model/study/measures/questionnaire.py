"""Questionnaires from a model, and whether a survey follows one, as they are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from csi_model.errors import Finding, UsageError
from csi_model.study.measures.entry import Columns, Entry, Given, Measured, Range, _as_names, field_mistake

if TYPE_CHECKING:
    from csi_model.measures.questionnaire import Questionnaire
    from csi_model.survey.codebook import Codebook

Languages = Annotated[list[Literal["en", "zh"]], BeforeValidator(_as_names)]


class QuestionnaireEntry(Entry):
    """Questionnaire of a model in Word and Markdown, with routing, and the codebook of its answers.

    With -o FOLDER the documents are written (questionnaire-en.docx, questionnaire-zh.md ...) together with
    codebook.yaml, which reads the survey that comes back and which ``csi measure follows`` checks it by.
    """

    reads_survey = False
    arguments = ("model",)

    measure: Literal["questionnaire"] = "questionnaire"
    model: str = Field(description="Catalogue name, model file (.yaml) or lavaan text (.lav, .txt)")
    format: Literal["docx", "md", "both"] = Field(
        default="both", description="Documents [default: both]", examples=["docx|md|both"]
    )
    languages: Languages = Field(
        default=["en", "zh"], description="Languages of the documents [default: en,zh]", examples=["en,zh"]
    )
    brand: str | None = Field(
        default=None, description="The company; without it the person is asked which", examples=["TEXT"]
    )
    brand_zh: str | None = Field(
        default=None, description="Its name in Chinese [default: as --brand]", examples=["TEXT"]
    )
    product: str | None = Field(
        default=None,
        description="What it sells, as in “the next time that you need a mobile phone”: a mobile phone",
        examples=["TEXT"],
    )
    product_zh: str | None = Field(
        default=None, description="The same in Chinese [default: as --product]", examples=["TEXT"]
    )
    months: int = Field(
        default=6, ge=1, le=120, description="Window of the screening question [default: 6]", examples=["6"]
    )
    mode: Literal["interview", "self"] = Field(
        default="interview",
        description="Notes to an interviewer, or to the person [default: interview]",
        examples=["interview|self"],
    )
    scale: Range | None = Field(
        default=None, description="Scale of the ratings, in place of the model's", examples=["1:5"]
    )
    codebook: str | None = Field(
        default=None, description="Codebook (YAML) with scales, codes and routing to use", examples=["FILE"]
    )
    model_only: bool = Field(
        default=False,
        description="Only what the model reads: no screening, no extras, nothing about the person",
    )

    def problems(self) -> list[Finding]:
        """No language, an empty name, or a scale that does not rise."""
        found = []
        if not self.languages:
            found.append(field_mistake("languages", "No language is named.", "Write en, zh or en,zh."))
        for name in ("brand", "brand_zh", "product", "product_zh"):
            text = getattr(self, name)
            if text is not None and not text.strip():
                found.append(field_mistake(name, "The text is empty.", "Leave the option out, or fill it."))
        if self.scale is not None and not self.scale[0] < self.scale[1]:
            what = f"The scale {self.scale[0]:g}:{self.scale[1]:g} does not rise."
            found.append(field_mistake("scale", what, "Write the lowest answer first: 1:10."))
        return found

    def carry_out(self, given: Given) -> Measured:
        """The list of questions, the documents and the codebook."""
        from csi_model.frames import typed_frame
        from csi_model.measures.codebook_writing import write_codebook
        from csi_model.study.measures.questionnaire_documents import documents, question_rows
        from csi_model.vocabulary import MEASURES

        made = self.questionnaire(given)
        rows = question_rows(made, self)
        book = made.codebook("en" if "en" in self.languages else "zh")
        remark = (
            "Codebook of the questionnaire beside it: csi measure follows SURVEY --codebook codebook.yaml"
        )
        files = documents(made, self) | {"codebook.yaml": write_codebook(book, remark=remark).encode("utf-8")}
        return Measured(tables={"questionnaire": typed_frame(MEASURES["questionnaire"], rows)}, files=files)

    def questionnaire(self, given: Given) -> Questionnaire:
        """What is asked, before it is laid out.

        Raises
        ------
        ModelError, StudyError
            The model or codebook cannot be read.
        """
        from csi_model.measures.questionnaire_building import Wanted, build
        from csi_model.model.catalogue import read_model
        from csi_model.model.spec import Scale

        spec = read_model(_source(self.model, given.folder))
        book = _codebook(self.codebook, given.folder) if self.codebook else None
        scale = None if self.scale is None else Scale(low=self.scale[0], high=self.scale[1])
        wanted = Wanted(
            scale=scale, months=self.months, named=self.brand is not None, model_only=self.model_only
        )
        return build(spec, book, wanted)


class FollowsEntry(Entry):
    """Whether a survey follows its questionnaire: columns, codes, scales, routing, gaps, identifiers.

    Say which questionnaire: --codebook codebook.yaml, which ``csi measure questionnaire`` wrote, or --model
    MODEL for the questions of a model; with both, the columns of the model must be there.
    """

    reads_survey = False
    arguments = ("survey_file",)

    measure: Literal["follows"] = "follows"
    survey_file: str = Field(description="CSV, TSV, XLSX, SAV, DTA or Parquet file")
    codebook: str | None = Field(
        default=None, description="Codebook of the questionnaire (YAML)", examples=["FILE"]
    )
    model: str | None = Field(default=None, description="Model whose questionnaire it is", examples=["MODEL"])
    id: Columns = Field(
        default=[],
        description="Column that tells respondents apart, in a panel with its wave: respondent,wave "
        "[default: respondent, id ... where there is one]",
        examples=["COLUMN"],
    )
    sheet: str | None = Field(default=None, description="Sheet of a workbook", examples=["NAME"])

    def problems(self) -> list[Finding]:
        """Neither a codebook nor a model."""
        if self.codebook is None and self.model is None:
            what = "Nothing tells which questionnaire the survey is to follow."
            return [field_mistake("codebook", what, "Name --codebook codebook.yaml, or --model MODEL.")]
        return []

    def carry_out(self, given: Given) -> Measured:
        """What follows and what does not, and missing answers by question."""
        from csi_model.frames import typed_frame
        from csi_model.measures.following import follows
        from csi_model.survey.tables import read_table
        from csi_model.vocabulary import MEASURES

        book, required = self._book(given)
        table = read_table(given.folder / self.survey_file, sheet=self.sheet)
        found = follows(table, book, required=required, identifiers=self.id)
        return Measured(
            tables={
                "survey_check": typed_frame(MEASURES["survey_check"], found.checks),
                "survey_questions": typed_frame(MEASURES["survey_questions"], found.questions),
            },
            findings=(*table.findings, *found.findings),
            labels={name: dict(column.label) for name, column in book.columns.items() if column.label},
        )

    def _book(self, given: Given) -> tuple[Codebook, tuple[str, ...] | None]:
        """The codebook, and the columns that must be there if a model names them."""
        from csi_model.measures.questionnaire_building import Wanted, build
        from csi_model.model.catalogue import read_model

        own = _codebook(self.codebook, given.folder) if self.codebook else None
        if own is not None and not own.columns:
            raise UsageError.at(
                "--codebook",
                "The codebook has no columns, so there is nothing to follow.",
                "Name the columns in it, or use --model MODEL.",
                code="no-columns",
            )
        if self.model is None:
            assert own is not None
            return own, None
        spec = read_model(_source(self.model, given.folder))
        if own is None:
            return build(spec, wanted=Wanted(model_only=True)).codebook(), spec.columns()
        return own, spec.columns()


def _source(name: str, folder: Path) -> str:
    """A model by name, or a file beside the study."""
    path = folder / name
    return str(path) if path.is_file() else name


def _codebook(name: str, folder: Path) -> Codebook:
    from csi_model.survey.codebooks import read_codebook

    return read_codebook(_source(name, folder))


ENTRIES: tuple[type[Entry], ...] = (QuestionnaireEntry, FollowsEntry)
