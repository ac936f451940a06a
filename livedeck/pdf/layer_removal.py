"""Leaves layers out of a figure's drawing; `layered` has marked where they are."""

from collections.abc import Collection

import pikepdf
from pikepdf import Name, Pdf

BEGIN, END = ("BDC", "BMC"), "EMC"


def without(pdf: Pdf, form: pikepdf.Object, names: Collection[str]) -> pikepdf.Object:
    """A copy of a form without some layers, whose resources are the form's own."""
    kept = []
    depth = 0  # of marks, from that of a layer on that is left out
    for instruction in pikepdf.parse_content_stream(form):
        operands, operator = instruction.operands, str(instruction.operator)
        if depth:
            depth += (operator in BEGIN) - (operator == END)
        elif operator == "BDC" and operands[0] == Name.Layer and _name(operands[1]) in names:
            depth = 1
        else:
            kept.append(instruction)
    copy = pdf.make_stream(pikepdf.unparse_content_stream(kept))
    for key in form.keys():  # noqa: SIM118, for a stream is no dictionary
        if key not in ("/Length", "/Filter", "/DecodeParms"):
            copy[key] = form[key]
    return copy


def _name(properties: pikepdf.Object) -> str:
    return bytes(properties.Name).decode()
