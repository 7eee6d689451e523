"""One byte flipped in a cited range must fail the citations of that range, and no other: ANALYZE FOLDER WORK."""
import json
import os
import shutil
import subprocess
import sys

analyze, folder, work = sys.argv[1:]
copy = os.path.join(work, "copy")
shutil.copytree(folder, copy)
name = os.path.join(work, "report.json")
run = subprocess.run([analyze, "--format", "json", copy], capture_output=True)
assert run.returncode == 0, run.stderr
with open(name, "wb") as file:
    file.write(run.stdout)
report = json.loads(run.stdout)


def places(value):
    if isinstance(value, list):
        for part in value:
            yield from places(part)
    elif isinstance(value, dict):
        if "quote" in value and "line" in value:
            yield value["source"], value["line"], value.get("last_line", value["line"])
        for part in value.values():
            yield from places(part)


encodings = {one["source"]: one["encoding"] for one in report["collected"]}
cited = sorted(set(places(report)))
assert cited, "nothing is cited"


def flip(data, first, last, encoding):
    """The last ASCII letter in lines first to last, which no encoding reads as part of another character."""
    wide = 2 if encoding.startswith("utf-16") else 1
    lines, at = data.split(b"\n\0" if encoding == "utf-16le" else b"\n"), 0
    ends = []
    for line in lines:
        ends.append((at, at + len(line)))
        at += len(line) + wide
    begin, end = ends[first - 1][0], min(ends[last - 1][1], ends[first - 1][0] + 100 * wide)
    for i in range(end - 1, begin - 1, -1):
        alone = i == begin or data[i - 1] < 0x80
        if chr(data[i]).isascii() and chr(data[i]).isalpha() and alone:
            return data[:i] + bytes([data[i] ^ 1]) + data[i + 1:]
    return None


tried = failed = 0
for source, first, last in cited:
    path = os.path.join(copy, source)
    with open(path, "rb") as file:
        data = file.read()
    changed = flip(data, first, last, encodings[source])
    if changed is None:
        continue
    with open(path, "wb") as file:
        file.write(changed)
    run = subprocess.run([analyze, "verify-report", name, copy], capture_output=True, encoding="utf-8")
    with open(path, "wb") as file:
        file.write(data)
    tried += 1
    bad = [line.split(None, 1)[1] for line in run.stdout.splitlines() if line.startswith(("DIFFERS", "GONE"))]
    own = {f"{source}:{first}" if first == last else f"{source}:{first}-{last}"}
    # A range that lies across the flipped line is hit, too.
    hit = {f"{s}:{f}" if f == l else f"{s}:{f}-{l}" for s, f, l in cited if s == source and f <= last and l >= first}
    if run.returncode != 4 or not own <= set(bad) or not set(bad) <= hit:
        print(f"{folder}: flipped in {source}:{first}: exit {run.returncode}, {bad}\n{run.stdout}{run.stderr}")
        failed += 1
if tried == 0 or failed:
    sys.exit(f"{folder}: {tried} bytes were flipped, {failed} wrong answers")
