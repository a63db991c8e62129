"""How quantities are spelled as names of columns, in the languages of laboratories."""

from __future__ import annotations

from typing import Literal

Quantity = Literal[
    "frequency", "log_frequency", "log_magnitude",
    "omega", "period", "real", "imaginary", "magnitude", "phase", "y_real", "y_imaginary", "y_magnitude", "y_phase",
    "cp", "cs", "lp", "ls", "rp", "d", "q", "c_real", "c_imaginary", "eps_real", "eps_imaginary", "sig_real",
    "sig_imaginary", "m_real", "m_imaginary", "ce_real", "ce_imaginary", "cell_real", "cell_imaginary",
    "ce_potential", "time", "potential", "current", "dq", "counter", "cycle", "group", "step", "temperature",
    "pressure", "soc", "sigma_real", "sigma_imaginary", "sigma", "sample",
]  # fmt: skip

LOGARITHMS = ("log10", "log", "lg")
OF_F = "(f) (f/hz) f f/hz (freq) (freq/hz) freq (frequency) (frequency/hz) frequency"
OF_SIZE = "|z| (|z|) (|z|/ohm) |z|/ohm (z) (z/ohm) z zmod"
RESISTANCES = (
    "r rs resistance seriesresistance wirkwiderstand resistencia resistenza rezystancja активноесопротивление "
    "抵抗 电阻 電阻 저항 rezistance resistans weerstand"
)
REACTANCES = (
    "x xs reactance blindwiderstand reactancia reatancia reattanza reaktancja reaktance reaktanz reaktans reactantie "
    "реактивноесопротивление リアクタンス 电抗 電抗 리액턴스"
)
SPELLINGS: dict[Quantity, str] = {
    "frequency": "freq frequency f frequencies actfreq actfrequency frequenz frequence frecuencia frequenza "
    "fr frq freqs acfrequency freqhz hz frequencia freqüencia frec messfrequenz prüffrequenz "
    "messpunktfrequenz frekvence "
    "czestotliwosc frekvens frekans taajuus frequentie frekvencia frecventa συχνοτητα "
    "频率 頻率 測定周波数 测试频率 测量频率 扫描频率 周波数 印加周波数 交流周波数 частота "
    "частотаизмерения 주파수 측정주파수 ν frecventa frekvencija tanso التردد תדר",
    "log_frequency": " ".join(f"{log}{name}" for log in LOGARITHMS for name in OF_F.split()),
    "log_magnitude": " ".join(f"{log}{name}" for log in LOGARITHMS for name in OF_SIZE.split()),
    "omega": "omega ω angularfrequency radianfrequency circularfrequency kreisfrequenz winkelfrequenz pulsation "
    "pulsazione pulsacion pulsaçao pulsacja frequenceangulaire frecuenciaangular frequenciaangular frequenzaangolare "
    "hoekfrequentie vinkelfrekvens uhlovafrekvence kruhovafrekvence угловаячастота круговаячастота "
    "角频率 角頻率 角周波数 각주파수 w 2pif 2πf",
    "period": "period periode periodendauer periodo periodduration 周期 период okres",
    "real": "re(z) rez z' zs' zre zreal rezreal realz real(z) zr re real realpart realpartofz zrealpart zdash "
    "realimpedance realimpedances impedancereal realanteil zprime z1 z're esr realteil re[z] "
    "z'(a) zprim partiereelle reel reelle partereal partereale partereel reeeldeel reeledeel realdel reaaliosa gercek "
    "gercekkisim realnacast czescrzeczywista realzadel "
    "实部 實部 实数部 实数部分 阻抗实部 阻抗實部 z实部 実部 実数部 実数成分 インピーダンス実部 "
    "インピーダンスの実部 z実部 실수부 실수 действительнаячасть вещественнаячасть "
    "действительнаясоставляющая реальнаячасть "
    "zp πραγματικο πραγματικομερος partereala valosresz realnidio realnideo phanthuc " + RESISTANCES,
    "imaginary": "im(z) imz z'' zs'' zim zimag zimg imagz imag(z) zi im imag img imaginary imagpart imaginarypart "
    "imaginarypartofz zimaginary zimagpart imaginaryimpedance imaginaryimpedances impedanceimaginary impedanceimag "
    "zj zdoubleprime zdprime z2 z''im imaginarteil imaginaerteil imaginaranteil imaginaeranteil zbis im[z] z''(b) "
    "zsecond zdoubledash z'' partieimaginaire imaginaire imaginar parteimaginaria parteimmaginaria imaginairdeel "
    "imaginardel imaginærdel imaginaariosa sanal sanalkisim imaginarnicast czescurojona "
    "虚部 虛部 虚数部 虚数部分 虚数成分 阻抗虚部 阻抗虛部 z虚部 インピーダンス虚部 インピーダンスの虚部 "
    "허수부 허수 мнимаячасть мнимаясоставляющая zpp φανταστικο φανταστικομερος parteimaginara kepzetesresz "
    "imaginarnidio imaginarnideo phanao " + REACTANCES,
    "magnitude": "|z| zmod modz mod(z) zmodulus modulus magnitude mag zmag magz abs(z) absz zabs |impedance| |zs| "
    "zamplitude rzmag impedancemodulus impedancemagnitude impedance z absimpedance betrag impedanz "
    "impedanzbetrag betrag(z) betragz "
    "scheinwiderstand module modulez |zm| moduledez impedancia impedanza impedenza modulo zs zx |zx| modul modulz "
    "modul|z| modulimpedance modulimpedancji impedancja impedans impedantie impedanssi empedans moduleimpedance "
    "moduledelimpedance moduledimpedance modulodelaimpedancia modulodaimpedancia modulodellimpedenza "
    "阻抗 阻抗模 阻抗模值 阻抗幅值 阻抗值 阻抗绝对值 模值 幅值 模 |阻抗| インピーダンス インピーダンスの大きさ "
    "インピーダンス絶対値 インピーダンスの絶対値 絶対値 "
    "임피던스 модуль импеданс модульимпеданса полноесопротивление ‖z‖ μετρο",
    "phase": "phase(z) phase phaseofz phasez zphz phz zphase theta theta(z) thetaz θ phi φ ϕ phi(z) φ(z) arg(z) argz "
    "zarg zph ang(z) angz arg angle phaseangle phaseshift phaseofimpedance pha ph zangle angle(z) "
    "phasenwinkel thz zth zthd zthr θz θd θr θdeg θrad rzphase "
    "θ-z theta-z φz phasenverschiebung phasenlage phasewinkel winkel dephasage fase faz angulo angledephase "
    "angoloderfase angolodifase angolo angulodefase angulofase desfase defasagem sfasamento phase(θ) phase(φ) "
    "phase(theta) faza faze fazovyuhel katfazowy fasvinkel fasevinkel fasehoek vaihekulma vaihe fazacisi "
    "相位 相位角 相角 相移 位相 位相角 位相差 위상 위상각 фаза фазовыйугол угол уголфазы сдвигфаз сдвигфазы "
    "∠z φαση fazaz",
    "y_real": "re(y) rey y' yre yreal realy real(y) yr conductance g gp wirkleitwert",
    "y_imaginary": "im(y) imy y'' yim yimag imagy imag(y) yi susceptance b bp blindleitwert",
    "y_magnitude": "|y| ymod ymag yabs mod(y) abs(y) admittance y",
    "y_phase": "phase(y) yphase phasey theta(y) yphz ythd ythr",
    "cp": "cp parallelcapacitance",
    "cs": "cs seriescapacitance",
    "lp": "lp parallelinductance",
    "ls": "ls seriesinductance",
    "rp": "rp parallelresistance",
    "d": "d tand tandelta tan(delta) tanδ tan(δ) tgδ tg(δ) tgdelta tg(delta) "
    "verlustfaktor tanphi 损耗 损耗因子 损耗角正切 "
    "誘電正接 dissipation dissipationfactor lossfactor losstangent df",
    "q": "q qualityfactor qfactor",
    "c_real": "c' cp' re(c) cs'",
    "c_imaginary": "c'' cp'' im(c) cs''",
    "eps_real": "eps' ε' epsilon' εr' re(eps) permittivity' eps'r realpermittivity permittivityreal epsr εr "
    "permittivity relativepermittivity dielectricconstant epsreal",
    "eps_imaginary": "eps'' ε'' epsilon'' εr'' im(eps) permittivity'' imaginarypermittivity permittivityimaginary "
    "epsimag dielectricloss",
    "sig_real": "sig' sigma' σ' re(sigma) conductivity sig σ",
    "sig_imaginary": "sig'' sigma'' σ'' im(sigma)",
    "m_real": "m' re(m) modulus' electricmodulus'",
    "m_imaginary": "m'' im(m) modulus'' electricmodulus''",
    "ce_real": "re(zce) zce' rezce zcereal",
    "ce_imaginary": "im(zce) zce'' imzce zceimag",
    "cell_real": "re(zwe-ce) zwe-ce' rezwe-ce re(zcell) zcell'",
    "cell_imaginary": "im(zwe-ce) zwe-ce'' imzwe-ce im(zcell) zcell''",
    "ce_potential": "<ece> ece",
    "time": "time elapsedtime t testtime totaltime corrtime times proctime progtime zeit datetime testtimesecond",
    "potential": "<ewe> ewe <ecell> ecell ewe-ece <ewe-ece> potential dcpotential vdc edc voltage cellvoltage "
    "dcvoltage e v u potentialv dcpot bias biasvoltage dcbias voltagevolt potentialvolt",
    "current": "<i> i idc current dccurrent iac/dc currentdc dccurr currentampere",
    "dq": "dq",
    "counter": "(q-qo) q-qo (q-q0)",
    "cycle": "cyclenumber cycle cycleindex cycleno cyclecount",
    "group": "zcycle loopindex spectrum spectrumindex spectrumnumber sweep sweepnumber loop measurement segment "
    "dataset spectrumid",
    "step": "ns stepnumber stepindex step stepcount",
    "temperature": "temperature temp celltemperature t ambienttemperature mtemp ambienttemperaturecelsius "
    "surfacetemperature",
    "pressure": "pressure stackpressure",
    "soc": "soc stateofcharge",
    "sigma_real": "sigmare sigmareal sigma(re) stdre",
    "sigma_imaginary": "sigmaim sigmaimag sigma(im) stdim",
    "sigma": "sigma std stddev",
}
"""Spellings of a quantity after `bare`, the best first. A name with several meanings is settled by its unit."""
