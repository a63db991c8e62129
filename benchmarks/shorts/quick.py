import sys, time
from pathlib import Path
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from families import NEGATIVE, POSITIVE, draw, measured
from eisfit.shorts import detect_shorts
from cells import CELLS

n, seed = int(sys.argv[1]), int(sys.argv[2])
only = sys.argv[3] if len(sys.argv) > 3 else ""
t = time.perf_counter()
total = bad = 0
for name, fam in {**NEGATIVE, **POSITIVE}.items():
    if only and only not in name:
        continue
    row = []
    for k, kind in enumerate(CELLS):
        if kind == "blocking" and name in POSITIVE:
            continue
        if kind == "blocking" and name not in (
            "steady",
            "+10 K",
            "contact regained",
            "two of these",
            "pressure gained",
        ):
            continue
        alarm = susp = unj = ns = 0
        found = first = 0
        spec = []
        for i in range(n):
            rng = np.random.default_rng([seed, i, k, len(name)])
            c = draw(rng, kind)
            fam(rng, c)
            lv = np.array(detect_shorts(measured(c, rng)).level)
            on = c.state.leak_x > 0
            alarm += bool(np.isin(lv[~on], ["soft", "hard"]).any())
            susp += bool(np.isin(lv[~on], ["suspect", "soft", "hard"]).any())
            unj += np.mean(lv == "not judged")
            if on.any():
                found += bool(np.isin(lv[on], ["soft", "hard"]).any())
                first += bool(np.isin(lv[on], ["suspect", "soft", "hard"]).any())
                spec.append(np.mean(np.isin(lv[on], ["suspect", "soft", "hard"])))
        total += n * (name in NEGATIVE)
        bad += alarm * (name in NEGATIVE)
        row.append(
            f"{kind[:4]}: alarm {100 * alarm / n:5.1f} susp {100 * susp / n:5.1f} unj {100 * unj / n:4.1f}"
            + (
                f" FOUND {100 * found / n:5.1f} atleastsusp {100 * first / n:5.1f} spectra {100 * np.mean(spec):5.1f}"
                if spec
                else ""
            )
        )
    print(f"{name:36s}", " | ".join(row), flush=True)
print("false alarms overall", 100 * bad / max(total, 1), "time", time.perf_counter() - t)
