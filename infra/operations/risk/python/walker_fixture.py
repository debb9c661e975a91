"""Writes what the walker of models is tested against: two small models, and LightGBM's raw scores and probabilities of made-up rows.

python3 infra/operations/risk/python/walker_fixture.py workers/enrichment/risk/fixtures

The rows are not written: workers/enrichment/risk/walk.test.ts makes the same ones, by the same steps.
"""

import base64
import json
import math
import sys

import lightgbm
import numpy

ROWS = 4000
WIDTH = 8


class Random:
    """Mulberry32."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        mixed = ((self.state ^ (self.state >> 15)) * (self.state | 1)) & 0xFFFFFFFF
        mixed ^= (mixed + (mixed ^ (mixed >> 7)) * (mixed | 61)) & 0xFFFFFFFF
        return (mixed ^ (mixed >> 14)) / 2**32


def rows():
    random = Random(7)
    return numpy.array(
        [[value(random) for _ in range(WIDTH)] for _ in range(ROWS)], dtype=numpy.float64
    )


def value(random):
    kind = random.next()
    drawn = random.next()
    if kind < 0.15:
        return math.nan
    if kind < 0.3:
        return 0.0
    if kind < 0.35:
        return 1e-36 if drawn < 0.5 else -1e-34
    if kind < 0.6:
        return math.floor(drawn * 20) / 4 - 2
    return drawn * 10 - 5


def main(folder):
    x = rows()
    known = numpy.nan_to_num(x)
    raw = known[:, 0] + 2 * numpy.isnan(x[:, 1]) - (known[:, 2] == 0) + known[:, 3] * known[:, 4] / 4
    labels = (raw > 0.5).astype(int)
    scores = {}
    for name, more in {"nan": {}, "zero": {"zero_as_missing": True}, "none": {"use_missing": False}}.items():
        params = {"objective": "binary", "num_leaves": 15, "max_depth": 5, "seed": 1, "deterministic": True,
                  "force_row_wise": True, "num_threads": 1, "verbosity": -1, **more}
        data = lightgbm.Dataset(x, label=labels, params=params)
        booster = lightgbm.train(params, data, num_boost_round=20)
        text = booster.model_to_string().split("\nparameters:\n")[0] + "\n"
        with open(f"{folder}/{name}.txt", "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        again = lightgbm.Booster(model_str=text)
        scores[name] = {
            "raw": encoded(again.predict(x, raw_score=True)),
            "probability": encoded(again.predict(x)),
        }
    with open(f"{folder}/scores.json", "w", encoding="utf-8") as file:
        json.dump(scores, file, indent=2)
        file.write("\n")


def encoded(numbers):
    return base64.b64encode(numbers.astype("<f8").tobytes()).decode()


main(sys.argv[1])
