"""What all measures by a hierarchy have in common: the file, how weights are made, how judges are joined."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, PrivateAttr

from csi_model.errors import Finding, StudyError
from csi_model.study.measures.entry import Entry, Given, field_mistake

if TYPE_CHECKING:
    from csi_model.measures.ahp_hierarchy import Hierarchy, Solved
    from csi_model.study.measures.ahp_file import HierarchySource

_HIERARCHY = "Hierarchy file (YAML), or a shipped one: satisfaction, loyalty"


class WeightsEntry(Entry):
    """What all three have in common: the hierarchy, and how its weights are made."""

    hierarchy: str = Field(description=_HIERARCHY)
    method: Literal["eigenvector", "geometric", "sum"] = Field(
        "eigenvector",
        description="Weights by eigenvector, geometric or sum [default: eigenvector]",
        examples=["METHOD"],
    )
    ri_table: Literal["A", "B"] = Field(
        "A",
        description="Random indices: A (Saaty 1980) or B (many Chinese texts) [default: A]",
        examples=["A|B"],
    )
    combine: Literal["aij", "aip"] = Field(
        "aij", description="Several judges: join judgements (aij) or weights (aip) [default: aij]",
        examples=["aij|aip"],
    )  # fmt: skip
    mean: Literal["geometric", "arithmetic"] = Field(
        "geometric", description="Mean of the weights for aip [default: geometric]", examples=["MEAN"]
    )
    limit: float = Field(
        0.10, description="CR from which judgements are to be revisited [default: 0.10]", examples=["CR"]
    )
    drop: bool = Field(False, description="Leave out judges whose matrix has a CR at or above the limit")

    _source: Any = PrivateAttr(None)

    def problems(self) -> list[Finding]:
        """A limit that is none, a mean that is not used."""
        found = []
        if not 0 < self.limit < 1:
            found.append(
                field_mistake("limit", f"{self.limit:g} is no limit of a CR.", "Write for example 0.1.")
            )
        if self.mean != "geometric" and self.combine != "aip":
            found.append(field_mistake("mean", "It is the mean of weights.", "Ask for combine aip, too."))
        return found

    def opened(self, folder: Path) -> Entry:
        """The entry with its hierarchy read.

        Raises
        ------
        StudyError
            Every mistake of the file.
        """
        from csi_model.study.measures.ahp_file import read_hierarchy

        made = self.model_copy()
        made._source = read_hierarchy(self.hierarchy, folder)
        return made

    def source(self, given: Given | None = None) -> HierarchySource:
        """The hierarchy that was read; reads it where that was not done."""
        from csi_model.study.measures.ahp_file import read_hierarchy

        made: HierarchySource | None = self._source
        return made or read_hierarchy(self.hierarchy, given.folder if given is not None else None)

    def solved(self, hierarchy: Hierarchy) -> Solved:
        """The weights by the options of the entry.

        Raises
        ------
        StudyError
            No judge is left over a node.
        """
        from csi_model.measures.ahp_hierarchy import Settings, left_out, solve

        settings = Settings(
            method=self.method, ri_table=self.ri_table, combine=self.combine, mean=self.mean,
            limit=self.limit, drop=self.drop,
        )  # fmt: skip
        bare = [
            node
            for node in hierarchy.nodes
            if node.judgements and len(left_out(node, settings)) == len(node.judgements)
        ]
        if bare:
            raise StudyError(
                Finding(
                    code="no-judge-left",
                    severity="error",
                    where=node.where,
                    what=f"Every matrix over the parts of `{node.name}` has a CR of {self.limit:g} or more: "
                    "none is left.",
                    fix="Correct the judgements (ahp_judgements tells which), or do not drop judges.",
                )
                for node in bare
            )
        return solve(hierarchy, settings)


def copy_of(source: HierarchySource) -> dict[str, bytes]:
    """The hierarchy file as it was used, for the results folder."""
    stem = source.file.rpartition(".")[0] or source.file
    return {f"hierarchy-{stem}.yaml": source.text.encode("utf-8")}


def labels_of(hierarchy: Hierarchy) -> dict[str, Mapping[str, str]]:
    """Node > its label by language, where it has one."""
    return {node.name: dict(node.label) for node in hierarchy.nodes if node.label}
