"""A scatter chart whose points take their names from cells, as Excel 2013 and later and others read it.

The library can link each label to a cell of its own, which only Excel follows; labels from a range of
cells are followed by other programs, too.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.chart_scatter import ChartScatter  # type: ignore[import-untyped]

from csi_model.reporting.workbook.exact_sheet import Workbook

_NAMESPACE = ("xmlns:c15", "http://schemas.microsoft.com/office/drawing/2012/chart")
_LABEL, _SERIES = "{CE6537A1-D6FC-4f65-9D91-7224C49458BB}", "{02D57815-91ED-43cb-92C2-25804820EDAC}"
_HIDDEN = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")


class PointChart(ChartScatter):  # type: ignore[misc]
    """A scatter chart that knows one more entry of ``data_labels``: ``cells``, the range of the names.

    ``custom`` must link each label to its cell, so that their texts are known.
    """

    labelled: dict[str, Any] | None = None
    """The labels of the series that is being written."""

    def _write_ser(self, series: dict[str, Any]) -> None:
        found = series.get("labels")
        self.labelled = found if found and found.get("cells") else None
        super()._write_ser(series)
        self.labelled = None

    def _write_d_lbls(self, labels: dict[str, Any] | None) -> None:
        if not labels or not labels.get("cells"):
            super()._write_d_lbls(labels)
            return
        self._xml_start_tag("c:dLbls")
        for place, text in enumerate(self._texts(labels)):
            self._write_named(place, text, labels)
        self._write_axis_font(labels["font"])
        self._write_from_cells(labels)
        self._xml_end_tag("c:dLbls")

    def _texts(self, labels: dict[str, Any]) -> list[str]:
        """What stands in the cells."""
        found = (self.formula_data[label["data_id"]] for label in labels["custom"])
        return [str(data[0]) if data else "" for data in found]

    def _write_named(self, place: int, text: str, labels: dict[str, Any]) -> None:
        """The label of one point: a field that shows its cell."""
        self._xml_start_tag("c:dLbl")
        self._write_idx(place)
        self._xml_start_tag("c:tx")
        self._xml_start_tag("c:rich")
        self._xml_empty_tag("a:bodyPr")
        self._xml_empty_tag("a:lstStyle")
        self._xml_start_tag("a:p")
        number = f"{{00000000-0000-4000-8000-{(self.series_index << 20) + place:012X}}}"
        self._xml_start_tag("a:fld", [("id", number), ("type", "CELLRANGE")])
        self._write_font(labels["font"])
        self._xml_empty_tag("a:pPr")
        self._xml_data_element("a:t", text)
        self._xml_end_tag("a:fld")
        self._xml_empty_tag("a:endParaRPr", [("lang", "en-US")])
        self._xml_end_tag("a:p")
        self._xml_end_tag("c:rich")
        self._xml_end_tag("c:tx")
        self._write_from_cells(labels, point=True)
        self._xml_end_tag("c:dLbl")

    def _write_font(self, font: dict[str, Any]) -> None:
        self._xml_start_tag("a:rPr", [("lang", "en-US"), ("sz", str(int(font["size"]))), ("b", "0")])
        self._xml_start_tag("a:solidFill")
        self._xml_empty_tag("a:srgbClr", [("val", font["color"]._rgb_hex_value())])
        self._xml_end_tag("a:solidFill")
        self._xml_empty_tag("a:latin", [("typeface", font["name"])])
        self._xml_empty_tag("a:ea", [("typeface", font["name"])])
        self._xml_end_tag("a:rPr")

    def _write_from_cells(self, labels: dict[str, Any], *, point: bool = False) -> None:
        """Where labels stand, and that they show cells and nothing else; of one point or of all."""
        self._write_d_lbl_pos(labels.get("position") or "r")
        for name in _HIDDEN:
            self._xml_empty_tag(f"c:{name}", [("val", "0")])
        self._open(_LABEL)
        if point:
            self._xml_empty_tag("c15:dlblFieldTable")
        self._xml_empty_tag("c15:showDataLabelsRange", [("val", "1")])
        self._close()

    def _write_c_smooth(self, smooth: bool | None) -> None:
        """What follows the numbers of a series; after it, the range of its names."""
        super()._write_c_smooth(smooth)
        if self.labelled is None:
            return
        self._open(_SERIES)
        self._xml_start_tag("c15:datalabelsRange")
        self._xml_data_element("c15:f", self.labelled["cells"].removeprefix("="))
        texts = self._texts(self.labelled)
        self._xml_start_tag("c15:dlblRangeCache")
        self._write_pt_count(len(texts))
        for place, text in enumerate(texts):
            self._xml_start_tag("c:pt", [("idx", str(place))])
            self._xml_data_element("c:v", text)
            self._xml_end_tag("c:pt")
        self._xml_end_tag("c15:dlblRangeCache")
        self._xml_end_tag("c15:datalabelsRange")
        self._close()

    def _open(self, kind: str) -> None:
        self._xml_start_tag("c:extLst")
        self._xml_start_tag("c:ext", [("uri", kind), _NAMESPACE])

    def _close(self) -> None:
        self._xml_end_tag("c:ext")
        self._xml_end_tag("c:extLst")


def new_points(book: Workbook) -> PointChart:
    """Return a new scatter chart of a workbook, as ``add_chart`` makes its own."""
    made = PointChart({"type": "scatter"})
    made.embedded = True
    made.date_1904 = book.date_1904
    made.remove_timezone = book.remove_timezone
    book.charts.append(made)
    return made
