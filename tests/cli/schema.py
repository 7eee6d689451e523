"""Validates reports, named on standard input one a line, against docs/report.schema.json: SCHEMA STRICT|OPEN.

Within actdx-report/1 fields may be added, so the schema lets readers ignore what it does not know. A field that the
program writes and the schema does not name is a mistake all the same: strict, every object is closed.
"""
import json
import sys

import jsonschema


def close(schema):
    if isinstance(schema, list):
        for part in schema:
            close(part)
    elif isinstance(schema, dict):
        for part in schema.values():
            close(part)
        if schema.get("type") == "object":
            schema["unevaluatedProperties"] = False


with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
if sys.argv[2] == "STRICT":
    place = schema["$defs"].pop("place")
    close(schema)
    schema["$defs"]["place"] = place
validator = jsonschema.Draft202012Validator(schema)
validator.check_schema(schema)
status = 0
for name in sys.stdin.read().splitlines():
    with open(name, encoding="utf-8") as file:
        report = json.load(file)
    for error in validator.iter_errors(report):
        where = "/".join(str(part) for part in error.absolute_path)
        print(f"{name}: {where}: {error.message[:300]}")
        status = 1
sys.exit(status)
