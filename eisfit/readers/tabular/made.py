"""Words for numbers that were computed and for standards that an instrument is compared with, in many languages.

They stand as titles, as names of sheets and keys, as labels of columns, in cells of a column `type`, in names of files.
"""

from __future__ import annotations

import re
from functools import lru_cache

from eisfit.regular import regex

MADE = (
    r"fit(?:s|ted|ting)?|best-?fit\w*|z-?fit|residu\w*|fit-?result\w*|sim|simul\w*|theor(?:y|ie|etical|etisch\w*)|teori\w*|"
    r"calc(?:ulat\w*|ul|ulad\w*|ulee?s?|olat\w*)?|calcule\w*|back-?calculat\w*|berechn\w*|computed|"
    r"modell?(?:l?ed|l?ing|e|s|rechnung\w*)?|modelo|modello|predict(?:ed|ion)s?|interpolated|extrapolated|reconstruct\w*|"
    r"anpassung\w*|angepasst\w*|gefittet\w*|ausgleichs\w*|ajuste\w*|ajustad\w*|ajustement|adattamento|regression|"
    r"smoothed|geglattet\w*|ecm|hilbert\s+transform\w*|"
    r"拟合\w*|擬合\w*|模拟\w*|模擬\w*|仿真\w*|计算\w*|計算\w*|模型|理论\w*|理論\w*|fit(?:结果|結果)|フィット\w*|フィッティング\w*|"
    r"シミュレーション\w*|モデル|расч[её]т\w*|модел\w*|симуляц\w*|подгонк\w*|кривая\s+подгонки|курва\s+подгонки"
)
"""What was done to numbers that nobody measured."""
DEVIATION = (
    r"standardabweichung\w*|ecart(?:[-\s]*type)?|desviacion(?:es)?(?:\s+estandar)?|deviazione(?:\s+standard)?|"
    r"标准差|標準偏差|误差|誤差"
)
DEVICE = r"(?:cell\s*|sample\s*|test\s*)?(?:holder|fixture|stand|clip|socket|cell)?"
STANDARD = (
    r"open|short|load|thru|through|dummy[\s_-]*cell|(?:dummy|test)[\s_-]*box|cable(?:\s+only)?|fixture|(?:empty|leere?r?s?)\s+"
    rf"{DEVICE}|background\s+meas\w*|blank\s+(?:meas\w*|cell)|blind(?:messung|wert)\w*|leermessung|"
    r"reference\s+(?:resistor|load|impedance)\b.*|leerlauf(?:abgleich|korrektur|messung)?|"
    r"kurzschluss(?:abgleich|korrektur|messung)?|开路(?:校准|补偿|校正)|短路(?:校准|补偿|校正)|開放補正|短絡補正|"
    r"(?:オープン|ショート|ロード)補正|"
    r"(?:compensation|correction|calibration|etalonnage|calibracion|compensacion|calibrazione|compensazione)\s+"
    r"(?:en\s+|di\s+|a\s+|in\s+)?(?:court-?circuit|circuit\s+ouvert|corto(?:circuito)?|abierto|aperto)|"
    r"(?:open|short|load|thru|through|50\s?ohm|reference|fixture|dummy)(?:[\s_-]*circuit)?[\s_-]+"
    r"(?:calibration|correction|compensation|standard|cal|comp|fixture)\w*(?:\s+data|\s+\d+\s*ohm)?|"
    r"(?:calibration|correction|compensation|cal|calib|standard)[\s_:-]+(?:open|short|load|thru|through)"
)
"""What an instrument is calibrated with, or measures without a cell."""
KRONIG = r"(?:lin(?:ear)?[-\s]*)?(?:kramers[-\s]*kronig|k-?k)"
PARTS_OF_CIRCUITS = r"[\dRLCPEQWOGTMKHps(),\-]"
CIRCUIT = regex(
    rf"\W*(?:(?i:model\w*|fit\w*|results?|circuit|ecm|equivalent\s+circuit|ersatzschalt\w*|of|with)[\s:=_-]+)*"
    rf"[LR]{PARTS_OF_CIRCUITS}*\((?=[^()]*[RCQW]){PARTS_OF_CIRCUITS}+\W*"
)
"""The text of a circuit, which names what was fitted: `Fit R(RQ)(RQ)`."""
LABEL = regex(
    rf"\W*(?:(?:z|nyquist|bode|curve|data|eis|spectrum|randles|equivalent|circuit|lin|linear|kk|best|cnls|drt)[\s:-]+){{0,3}}"
    rf"(?:(?:{MADE})(?:[\s:-]+(?:curve|data|results?|spectrum|line|plot|circuit|model|nyquist|bode|z|ergebnis\w*|結果|结果))*|"
    rf"{KRONIG}|ideal|expected|(?:randles|equivalent)\s+circuit|{DEVIATION})(?:\s*[-#(]?\s*\d+\)?)?\W*",
    re.IGNORECASE,
)
STANDARDS = regex(rf"\W*(?:{STANDARD})(?:[\s_#-]*\d+)?\W*", re.IGNORECASE)


def words(label: str) -> str:
    """A label with blanks between its words: `bestFit_1` -> `best Fit 1`."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|[_.]+", " ", label)
    return apart.strip()


@lru_cache(maxsize=4096)
def is_computed(label: str) -> bool:
    """True for a label, without accents, that says that its numbers were computed: `Nyquist fit`, `fit_1`, `R(RQ)`."""
    return bool(LABEL.fullmatch(words(label)) or LABEL.fullmatch(label) or CIRCUIT.fullmatch(label))


def is_standard(label: str) -> bool:
    """True for a label, without accents, of a standard or of a measurement without a cell: `Short`, `Leermessung`."""
    return bool(STANDARDS.fullmatch(words(label)) or STANDARDS.fullmatch(label))
