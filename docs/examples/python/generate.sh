#!/bin/sh
# Makes the package `models` of the published contracts: generate.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
published="$here/../../../contracts/published"
schemas=$(mktemp -d)
trap 'rm -rf "$schemas"' EXIT
cp "$published"/payment.*.json "$published/events.validated.v1.json" "$schemas"
# Times stay texts: a leap second and nanoseconds are times of RFC 3339, and Python's datetime takes neither.
python3 -m datamodel_code_generator --input "$schemas" --input-file-type jsonschema \
  --output "$1/models" --output-model-type pydantic_v2.BaseModel \
  --target-python-version 3.10 --use-title-as-name --disable-timestamp --formatters builtin \
  --type-mappings "string+date-time=string"
