#!/usr/bin/env python3
"""Makes the subset fonts in this folder from the DejaVu fonts.

Needs fonttools (pip install fonttools) and DejaVu 2.37 (Debian: fonts-dejavu-core, fonts-dejavu-extra).

    python3 subset.py [folder with DejaVuSans.ttf, DejaVuSans-Bold.ttf, DejaVuSans-Oblique.ttf]

Equal input and fonttools give equal bytes. A test of the PDF export holds that every character that a figure
uses is here: when it names a missing one, add it below and run this again.
"""

import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/dejavu")
HERE = pathlib.Path(__file__).resolve().parent

ASCII = [chr(c) for c in range(0x20, 0x7F)]
# Latin-1: names and folders of the user may hold accents. Without the soft hyphen, and without the
# micro sign, whose glyph is that of the Greek mu and would make the text of the PDF ambiguous.
LATIN_1 = [chr(c) for c in range(0xA0, 0x100) if c not in (0xAD, 0xB5)]
GREEK = list("ΓΔΘΛΞΠΣΦΨΩαβγδεζηθικλμνξοπρςστυφχψωϕ")
SUPERSCRIPTS = list("⁰⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿᵀ")
SUBSCRIPTS = list("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼ")
MATHEMATICS = list("−∑∏∫√∂∇∈∉∞≈≠≡≤≥≪≫∼∝→←↑↓↦⋅‖∣∘∪∩⊂∀∃⟨⟩ℝℕ")
PUNCTUATION = list("–—‘’“”•…′″†‰✓✗□")

FACES = {
    "DejaVuSans.ttf": ASCII + LATIN_1 + GREEK + SUPERSCRIPTS + SUBSCRIPTS + MATHEMATICS + PUNCTUATION,
    "DejaVuSans-Bold.ttf": ASCII + LATIN_1 + GREEK + SUPERSCRIPTS + SUBSCRIPTS + MATHEMATICS + PUNCTUATION,
    "DejaVuSans-Oblique.ttf": ASCII + LATIN_1 + GREEK + list("−–—‘’“”…′"),
}


def make(name, characters):
    """Writes one subset face beside this script."""
    font = TTFont(SOURCE / name, recalcTimestamp=False)
    missing = [c for c in characters if ord(c) not in font.getBestCmap()]
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6]
    options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "MATH", "kern", "gasp"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(characters))
    subsetter.subset(font)
    font.save(HERE / name)
    size = (HERE / name).stat().st_size
    print(f"{name}: {len(font.getBestCmap())} characters, {size} bytes", "without", missing)


if __name__ == "__main__":
    for face, wanted in FACES.items():
        make(face, wanted)
    licence = TTFont(SOURCE / "DejaVuSans.ttf")["name"].getDebugName(13)
    lines = [line.rstrip() for line in licence.replace("\r\n", "\n").strip().split("\n")]
    (HERE / "LICENSE.dejavu").write_text("\n".join(lines) + "\n", encoding="utf-8")
