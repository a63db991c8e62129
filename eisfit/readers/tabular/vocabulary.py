"""The words of remarks that say that the columns of a table are no impedance, or one in another scale.

All are written without accents, as the texts are that they are looked for in.
"""

from __future__ import annotations

import re

from eisfit.regular import regex

TIMES = r"(?:1(?:[.,]0*)?e[-+]?\d|10{2,}(?![\d.,]*[1-9])|10\s?(?:\^|\*\*|[-−]\s?\d)|0[.,]0+1(?!\d))"
"""A power of ten in a text, 10 itself left out."""
OHM_WORD = r"(?:ohm|[Ωω]|ома?(?!\w)|омов|欧|オーム)"
SCALED = regex(
    r"\bin\s+units\s+of\s+(?!(?:[kmM]?(?:ohm|Ω)|hz))|\b(?:normali[sz]ed|normiert|multiplied|scaled|divided|"
    r"skaliert)\b|\b(?:values|z|data|impedance)\s*[x×*]\s*1[0e]|"
    r"(?<![\d.)\]])(?<![\d.)\]]\s)(?<!\w)[x×*·]\s?(?:1e[-+]?\d|10\s?(?:\^|\*\*|[⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹])|"
    r"10{3,}(?![\da-z]))|(?:^|\b(?:values?|z'*|data|werte|impedan\w+|ohms?)\s|[Ωω]\s?)\W*[x×*·]\s?10\s?[-−]\s?\d|"
    r"[×*·]\s?10\s?(?:\^|\*\*|[⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹])\d*\s*$(?<!\d[×*·]10)|"
    r"\b(?:scale|scaling|multiplier|multiply|skalierung|skalering|skala|schaal|echelle|escala|"
    r"scala|meritko|масштаб)(?:\s+(?:factor|"
    r"by))?\s*[:=]?\s*"
    r"(?:[x×*]\s*)?(?!1(?:[.,]0*)?\b(?![e:]))(?:\d|1e)|\btimes\s+10+\b|\bthousands?\s+(?:of\s+)?ohms?\b|/\s*10{3,}\b|"
    r"\b(?:factor|faktor|fattore|facteur|fator|teiler|divi[ds]\w+|multipl\w+|gain)\b[^\d\n]{0,14}(?:1e[-+]?\d|"
    r"10{2,}(?!\d)|10\s?\^)|"
    r"\bin\s+thousands\b|\bin\s+per\s?cent\b|[倍]率\s*[:=]|"
    rf"(?<![\d.)\]])(?<![\d.)\]]\s)\b(?:mal|fois|maal|gange?r?|vezes|veces|volte|razy)\s+{TIMES}|"
    rf"(?<![\d.)\]])(?<![\d.)\]]\s)\bp[oe]r\s+{TIMES}\W*$|"
    rf"\b(?:geteilt|dividiert|gedeeld|delat|podziel\w*|multipl\w+|moltiplic\w+|vermenigvuldig\w*|multiplicer\w*|"
    rf"pomnoz\w*|nasoben\w*|умнож\w*|раздел\w*|делен\w*)\b[^\d\n]{{0,14}}{TIMES}|[乘除]以\s*{TIMES}|"
    rf"(?<![\d.]){TIMES}\s*倍|"
    rf"(?:^|[;,|])\W*(?:(?:the|scal\w+|conversion|unit)\s+)?(?:\w+s)?(?:factor|faktor|fattore|facteur|fator)\b"
    rf"[^\d\n]{{0,14}}{TIMES}|"
    r"\b(?:tenth|hundredth|thousandth|millionth|(?:zehn|hundert|tausend|million)stel|(?:dix|centi|milli?)eme|"
    rf"milesim[oa]|centesim[oai]|millesim[oi]|duizendste|tusendel|tysieczn\w+|tisicin\w*|тысячн\w+)s?\b"
    rf"[^\d\n]{{0,12}}?{OHM_WORD}|"
    rf"\b(?:tausend|mille|mila|thousand|miles|milliers|milhares|migliaia|duizend|tusen)\s+(?:d[ei']\s*)?{OHM_WORD}|"
    r"^\W*(?:10\s?[-−]\s?\d{1,2}|10[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|10\s?(?:\^|\*\*)\W*\d{1,2}|1e[-+]?\d{1,2}|e[-+]\d{1,2})"
    rf"(?:\s*{OHM_WORD}s?)?\W*$|"
    r"^\W*(?:in\s+)?(?:milli|mili|kilo|mega|micro|mikro)\W*$",
    re.IGNORECASE,
)
"""A factor that the columns were given, or a fraction of an ohm in words."""
ANGULAR = regex(
    r"\b(?:angular|radian|radial|circular)\s+freq\w*|\bkreisfrequenz|\bwinkelfrequenz|\bpulsa[tcz](?:ion|ione|ao|ja)\b|"
    r"\bfre\w+\s+angula\w+|角频率|角頻率|角周波数|각주파수|угловая\s+частота|"
    r"(?<![\d.])(?<![\d.]\s)\brad\s?(?:/\s?s\b|s\^?-1)|"
    r"^\W*(?:(?:f|freq\w*|x(?:-?axis)?|column\s*1|frequency\s+axis)\s*(?:is|=|:|in)?\s*)?(?:omega|ω|angular|"
    r"rad/s|2\s*\*?\s*(?:pi|π)\s*\*?\s*f)"
    r"(?:\s*(?:=\s*2.*|\(?\[?\s*(?:in\s+)?(?:rad|1/s|s\^?-1).*))?\W*$",
    re.IGNORECASE,
)
"""That the frequencies are angular ones."""
LOGARITHM = regex(
    r"\b(?:log|lg|ln)(?:_?10|\s?10|_?e)?\s*(?:\(\s*)?(?:of\s+(?:the\s+)?)?(?:\|?z\b|\|z\||f\b|ω|omega|freq\w*|"
    r"modul\w*|magn\w*|imped\w*|"
    r"values?|data|amplitudes?|abs\w*|re\b|im\b|(?:all|both|every|each)\b|columns?|numbers|quantit\w+|z'|zmod|"
    r"zre\w*)(?!\s+(?:sweep|spac\w+|step\w*|distrib\w+))|"
    r"\blogarithm(?!ic\w*\s+(?:sweep|spac|step|distrib|freq\w*\s+(?:sweep|spac|step)))\w*|^\W*(?:log|ln|lg|"
    r"log-?log)(?:10)?\W*$|\blog(?:10)?[- ]scale\b|\bas\s+(?:log|lg|ln)|"
    r"\blog(?:10)?[- ]?(?:scaled|transformed|converted)\b|对数值?|対数値?|логарифм\w*",
    re.IGNORECASE,
)
"""That columns are logarithms."""
QUOTIENT = (
    r"(?:complex\s+)?(?:[ij]\s?/\s?[vue]|\|?z\|?'{0,2}\s?/\s?(?:z|r)_?(?:0|\(0\)|o|ref|max|inf|∞|s|dc|hf|lf)|"
    r"v_?(?:out|o|2)\s?/\s?v_?(?:in|i|1))"
)
DERIVED = regex(
    rf"\W*(?:{QUOTIENT}(?:\s+(?:ratio|data|values))?|(?:\S+\s+){{0,3}}ratio(?:s|n)?(?:\s+of\s+.*)?|z\s?[-−]\s?1|"
    r"(?:\S+\s+){0,3}(?:residu\w*|residuen|abweichung(?:en)?|deviations?|derivatives?|ableitung(?:en)?|"
    r"derivee?s?|derivada)"
    r"(?:\s+(?:of|in|from|von|de)\s+.*|\s+data|\s+\(.*\))?|"
    r"(?:\S+\s+){0,2}(?<!potential )(?:differen(?:ce|tial|z|zen)s?|diferencia|diferenca|"
    r"differenza)(?:\s+(?:spectr\w+|data|plot|of|between|to|von)\b.*)?|"
    r"(?:delta|Δ|d)\s?\|?(?:z|re|im)\b'{0,2}.*|(?:relative|absolute|standard|fit(?:ting)?|measurement|kk|"
    r"mean)?\s*(?:errors?|fehler|uncertaint\w+|std\.?\s?dev\w*|standard\s+deviations?)"
    r"(?:\s+(?:of|in|von)\s+.*)?|drt|drt\s+\S+|\S+\s+drt|relative\s+to\s+\S+|std\s+of\s+.*|deriv\w+\s+d.*|"
    r"(?:\S+\s+)?distribution\s+(?:function\s+)?of\s+relaxation.*|gamma\s?\(?(?:tau|τ)\)?|"
    r"z\s?(?:minus|[-−])\s?(?:r\w*|z\w+)|\w+\s+minus\s+\w+|z\s+(?:without|after\s+subtract\w+)\s+.*|残差|誤差|误差|差分|"
    r"невязк\w*|разность)\W*",
    re.IGNORECASE,
)
"""A title of what is computed from impedances and is none."""
OTHER_SYMBOL = regex(
    r"\W*(?:complex\s+|the\s+)?(?:(?:y|c_?p|c_?s|l_?p|l_?s|eps|ε|chi|χ|sigma|σ|gamma|tan\s?-?(?:d|delta|"
    r"δ))\*?(?:\s+(?:data|values|plot|spectrum|mode|"
    r"plane|parameters?|vs\.?\s+\w+|(?:vs\.?\s+)?theta))|(?:y|c|c_?p|c_?s|l_?p|l_?s|g|\|y\|"
    r")\s?[-–/,&+]\s?(?:theta|th[dr]|θ|phi|φ|phase|t[dr]|d|q|g|b|r_?p|r_?s|esr)|y'{0,2}|"
    r"(?:y|g|c)\s*\+\s*j\s*\w+)\W*",
    re.IGNORECASE,
)
"""Symbols of another quantity that are a title: Y data, Cp-D, Y-theta."""
INVERSE = regex(
    r"(?<![\w/])1\s*/\s*\|?z\b|\bz\s*\^\s*[-−]\s*1|\bz\s*⁻¹|\b(?:inverse|reciprocal|inverted|kehrwert)\b", re.IGNORECASE
)
ADMITTANCE = (
    r"admit+an\w*|immittan\w*|\w*leitwert\w*|condu[ck]?tan\w*|konduktan\w*|susceptan\w*|suszeptan\w*|siemens|"
    r"ammett?en[zs]\w*|conduttan\w*|suscettan\w*|wirkleitwert|blindleitwert|адмит\w*|проводимост\w*|vodivost\w*|"
    r"przewodno\w*|geleidba\w*|iletkenli\w*"
)
STRONG = (
    rf"{ADMITTANCE}|(?:relative\s+)?permit+iv\w*|permitywno\w*|przenikalno\w*|диэлектрич\w*|проницаемост\w*|"
    rf"dielektrizit\w*|dielectric\s+(?:constant|function|modulus|loss|response)|"
    r"s[-_ ]?param\w*|s[1-4][1-4]\b|transfer\s*function|ubertragungsfunktion"
)
"""What contradicts a Z without unit where it is a title."""
EASTERN = regex(
    "アドミタンス|コンダクタンス|サセプタンス|誘電|伝達関数|反射係数|ゲイン|弾性率|粘度|导纳|導納|电导(?!率)|电纳|介电|介電|损耗角|电容|静電容量|屈折率|传递函数|"
    "反射系数|增益|模量|粘度|어드미턴스|컨덕턴스|유전|이득|반사"
)
"""The same in Chinese, Japanese and Korean, where no blank separates words."""
PROPERTY = r"conductivit|leitfahigkeit|resistivit|проводимост|vodivost|przewodno"
BARE = 2
"""A title of more words about these is what impedances are measured for, not what the columns are."""
CLEAR = (
    rf"{STRONG}|diele[ck]?tri\w*|dielettric\w*|\w*(?:speicher|verlust|scher|schub|elastizitats)modul\w*|"
    rf"elektrischer\s+modul|viscoelast\w*|frequenzgang|frequency\s+response|frf|amplifier|verstarker|"
    rf"brechungsindex|schall\w*|fonction\s+de\s+transfert|funcao\s+de\s+transferencia|"
    rf"funzione\s+di\s+trasferimento|condu[ct]+ivi\w*|thz|ellipsomet\w*|ehd|[yh][-_ ]?param\w*|in-phase|"
    rf"quadrature|time\s+domain|epsilon|eps\b|[ε]|susceptibilit\w*|suszeptibilit\w*|permeabilit\w*|"
    r"conductivit\w*|leitfahigkeit\w*|resistivit\w*|capacitan[cz]e?s?|inductan[cz]e?s?(?!\s+(?:not|is|was|"
    r"corrected|subtracted|removed))|induktivit\w*|"
    r"(?:storage|loss|shear|elastic|young'?s?|electric|complex|bulk|dynamic)\s+(?:modul\w*|viscosit\w*|complian\w*)|"
    r"(?:[ycmegjs]|eps\w?|chi|sigma|kappa|rho|mu|eta|[εχσκρμη])_?[a-z]?\s?(?:\*(?!\s?\d)|'{1,2}|′|″)|[εχσ]_?r?|"
    r"viscosit\w*|viskosit\w*|complian\w*|gain\b(?!\s+of\s+\d)|attenuation|dampfung|scattering\s+param\w*|"
    r"refle[ct]?x?tion\w*|reflexion\w*|verstarkung|verlust(?:faktor|winkel)|kapazitat\w*|capacit(?:a|e|at|et)\b|"
    r"kapacita\w*|ёмкост\w*|емкост\w*|capacidade|capacitancia|capacita|"
    r"return\s+loss|insertion\s+loss|vswr|power\s+spect\w*|spectral\s+dens\w*|psd\b|noise\s+dens\w*|"
    r"displacement|velocit\w*|acceleration|accelerance|receptance|mobility|refractive|absorbance|transmittance|"
    r"reflectance|"
    r"photocurrent|imvs|imps|polari[sz]abilit\w*|loss\s+(?:tangent|factor)|tan\s*(?:delta|δ|d)\b|dissipation|"
    r"coherence|fft|"
    r"fourier|rheomet\w*|(?:vector\s+)?network\s+analy\w*|vna|dma\b|dynamic\s+mechanical|vibromet\w*|microphone\w*|"
    r"quantum\s+efficienc\w*|magneti[sz]ation|d[eb]cibel\w*|db[mvu]?\b|dezibel|rheolog\w*|"
    r"(?:acoustic|mechanical|thermal|hydraulic|wave|ehd|electrohydrodynamic)\s+impedance"
)
"""What says of columns without a name of their own that they are no impedance."""
KEYS = regex(r"(?:y|eps|chi|χ|sigma|σ|gamma|s_?params?)\*?", re.IGNORECASE)
"""Symbols that name another quantity where they are the key of a table."""
SHORT = (
    r"noise|transmission|absorption|signal|strain|stress|torque|hall|scattering|losses|thermal|"
    r"optical(?!\s+(?:microscop|cell|window|access))|acoustic|mechanical(?!\s+(?:pressure|load|contact|press|seal))|"
    r"modulus|amplitude\s+ratio|level|counts|intensity|response\s+function|spectrum\s+analy[sz]er|"
    r"lock-?in|oscilloscope|c-?v\b|mott|photovoltage|seebeck|electrometer"
)
"""The same in a title only."""
CIRCUMSTANCE = r"\b(?:test|cycl\w*|window|floor|under|after|before|during|not|without|no|low|high)\b"
"""Beside these such a word tells how it was measured."""
COMMON = (
    r"(?:complex\s+|ac\s+|dc\s+)?(?:voltage|current|temperature|pressure|force|power|spannung|strom|"
    r"(?:torsion\s+)?angle|flux|flow|"
    r"temperatur|druck|kraft|leistung|mass|density|humidity|speed|energy|field|magnetic\s+field|flux)"
)
"""What an experiment is done at as often as what is measured: it counts where nothing else stands there."""
ABOUT = regex(
    r"^\W*(?:sample|probe|cell|zelle|material|electrolyte|elektrolyt|device|instrument|gerat|operator|user|"
    r"author|by|file|path|"
    r"folder|setup|fixture|holder|model|serial|software|program|potentiostat|analy[sz]er|electrodes?|cable|id|"
    r"name|label|note)\b"
    r"\s*(?:name|no\.?|number|id)?\s*[:=]|"
    r"^\W*(?:sample|specimen|probe|cell|zelle|film|pellet|electrode|coating|device|measured\s+(?:on|with|at|by|in))\s+"
    r"(?:with|of|on|in|from|was|is|has|without|no\.?|nr|a|the)\b|"
    r"\b(?:inc|ltd|gmbh|llc|corp|ag|technolog(?:y|ies)|instruments?|systems|laborator\w+|labs?|engineering|"
    r"electronics|universit\w+|institut\w*)\b",
    re.IGNORECASE,
)
"""What a phrase is about that does not speak of the columns."""
DEVICES = regex(
    r"frequency\s+response\s+analy\w*|dielectric[-\s]coated|ion(?:ic)?\s+conductivity\s+(?:measurement|test|"
    r"stud|experiment)\w*|"
    r"conductivity\s+(?:sample|pellet)s?\b|for\s+conductivity\s+(?:measurement|test|stud)\w*|"
    r"dielectric\s+(?:coating|film|layer|oil|substrate|fluid|spacer|ceramic|polymer|barrier|tape|gel|separator|"
    r"membrane|elastomer)\w*|"
    r"(?:coated|covered|filled|insulated|impregnated)\s+(?:with|by)\s+(?:an?\s+|the\s+)?\w+|(?:conductivity|"
    r"dielectric)\s+(?:cell|probe|meter|holder|standard)\w*|gain\s*[/-]\s*phase(?:\s+analy[sz]er)?|"
    r"(?:dielectric|spectrum|impedance)\s+(?:analy|spectrom|interface)\w*",
    re.IGNORECASE,
)
"""Names of instruments and of parts of a cell."""

SWEEP = regex(r"sweep|step|spac|points|decade|distrib|punkte|dekade", re.IGNORECASE)
"""Words beside a logarithm that tell of the sweep."""
SCALED_UNIT = regex(
    r"(?<![A-Za-zµ])(?:[kKMmGµu]|(?i:kilo|mega|milli?|mi[ck]ro)|(?i:кило|мега|милли|микро)|к|М|м|千|兆|毫|キロ|メガ|ミリ|킬로)"
    r"[- ]?(?P<base>(?i:ohm(?:s|ios?|ow|ach|ech|en|u|i|y)?|hertz|hercios?|hercach)|hz|Hz|HZ|Ω|"
    r"(?i:ом(?:а|ы|ов|ах)?)|オーム|欧姆?|옴|Гц|赫兹?|ヘルツ|헤르츠|(?<=li)om(?:ow|y|ach|ech)|(?<=lo)om(?:ow|y|ach|ech))"
    r"(?![A-Za-zа-я])"
)
"""A frequency or a resistance in another unit than Hz and ohm."""
OTHER_UNIT = regex(
    r"(?<![A-Za-zµ/^*·])(?:[mµun](?:S|mho)|[mµunp]F|[mµun]H|d[bB]m?|siemens)(?![A-Za-z/])(?!\s*\w*\s*(?:range|bereich))"
)
"""A unit of another quantity."""
