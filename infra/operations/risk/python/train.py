"""Trains LightGBM models on rows of a file of doubles, and writes each model's text.

Reads one JSON object from its standard input:
  {"matrix": path, "width": columns, "features": [names], "parameters": {...}, "rounds": trees,
   "models": [{"from": row, "to": row, "labels": path of one byte a row, "model": path to write}]}
and writes one to its standard output: the versions that it trained with.
"""

import json
import sys

import lightgbm
import numpy


def main():
    job = json.load(sys.stdin)
    matrix = numpy.memmap(job["matrix"], dtype="<f8", mode="r")
    matrix = matrix.reshape(-1, job["width"])
    for model in job["models"]:
        train(job, matrix, model)
    versions = {
        "python": sys.version.split()[0],
        "lightgbm": lightgbm.__version__,
        "numpy": numpy.__version__,
    }
    json.dump(versions, sys.stdout)


def train(job, matrix, model):
    rows = matrix[model["from"] : model["to"]]
    labels = numpy.fromfile(model["labels"], dtype=numpy.uint8)
    data = lightgbm.Dataset(
        numpy.array(rows),
        label=labels,
        feature_name=job["features"],
        params=job["parameters"],
    )
    booster = lightgbm.train(job["parameters"], data, num_boost_round=job["rounds"])
    text = booster.model_to_string()
    # What follows are parameters, a path among them perhaps, and nothing that a score is made of.
    text = text.split("\nparameters:\n")[0] + "\n"
    with open(model["model"], "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


main()
