"""Names in LaTeX, HTML and signs of mathematics in plain letters."""

from __future__ import annotations

from eisfit.readers.tabular.typeset import plain_letters

PLAIN = {
    "$Z_{re}$ [$\\Omega$]": "Z_re [Ω]",
    "$Z^{\\prime\\prime}$": "Z''",
    "$\\mathrm{Re}(Z)$ / \\si{\\kilo\\ohm}": "Re(Z) / kΩ",
    "$\\varphi$ / $^\\circ$": "φ / °",
    "Z&#39; (&Omega;)": "Z' (Ω)",
    "&#124;Z&#124;": "|Z|",
    "ℜ(Z)": "Re(Z)",
    "ϑ/°": "θ/°",
    "\U0001d44d": "Z",
    "\\Gamma": "\\Gamma",
    "Z' (Ohm) & more": "Z' (Ohm) & more",
}


def test_plain_letters():
    for text, plain in PLAIN.items():
        assert plain_letters(text) == plain


def test_a_dollar_ends_the_name_of_a_command():
    for text, plain in (
        ("$^\\circ$C", "°C"), ("T ($^{\\circ}$C)", "T (°C)"), ("$\\mu$F", "µF"), ("k$\\Omega$", "kΩ"),
        ("$Z'$ / $\\Omega$", "Z' / Ω"),
        ("Z (&Omega;)", "Z (Ω)"), ("$Z_{re}$ [$\\Omega$]", "Z_re [Ω]"), ("$Z^{\\prime}$", "Z'"), ("\\Re(Z)", "Re(Z)"),
        ("$\\mathrm{Im}(Z)$", "Im(Z)"), ("f / \\si{\\hertz}", "f / Hz"), ("\\unknown", "\\unknown"), ("ℜ(Z)", "Re(Z)"),
        ("a~b", "a~b"), ("50\\%", "50%"), ("$a~b$", "a b"), ("a & b; c", "a & b; c"),
    ):  # fmt: skip
        assert plain_letters(text) == plain, text
