"""Trains LightGBM models on rows of a file of doubles, and writes each model's text.

Reads one JSON object from its standard input:
  {"width": columns, "features": [names], "parameters": {...}, "rounds": trees,
   "models": [{"parts": [{"matrix": path, "from": row, "to": row}], "labels": path of one byte a row, "model": path to write}]}
and writes one to its standard output: the versions that it trained with.
"""

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat

import lightgbm
import numpy


def main():
    job = json.load(sys.stdin)
    # One thread for each model keeps it the same, byte for byte; several models are trained side by side.
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(train, repeat(job), job["models"]))
    versions = {
        "python": sys.version.split()[0],
        "lightgbm": lightgbm.__version__,
        "numpy": numpy.__version__,
    }
    json.dump(versions, sys.stdout)


def train(job, model):
    # LightGBM reads rows where the files are mapped: nothing is copied but into its own bins.
    parts = [rows_of(part, job["width"]) for part in model["parts"]]
    labels = numpy.fromfile(model["labels"], dtype=numpy.uint8)
    data = lightgbm.Dataset(
        parts,
        label=labels,
        feature_name=job["features"],
        params=job["parameters"],
    )
    booster = lightgbm.train(job["parameters"], data, num_boost_round=job["rounds"])
    text = stripped(booster.model_to_string())
    with open(model["model"], "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def rows_of(part, width):
    matrix = numpy.memmap(part["matrix"], dtype="<f8", mode="r")
    return matrix.reshape(-1, width)[part["from"] : part["to"]]


def stripped(text):
    """Without what no score is made of: parameters, weights of nodes, and where in the text each tree was. LightGBM reads it all the same."""
    text = text.split("\nparameters:\n")[0]
    left_out = ("leaf_weight=", "internal_weight=", "tree_sizes=")
    lines = (line for line in text.split("\n") if not line.startswith(left_out))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
