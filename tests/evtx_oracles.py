#!/usr/bin/python3
"""Compares readers of binary event logs (.evtx) with each other, record by record and value by value.

    evtx_oracles.py writer IN.xml LOG.evtx [PUBLIC-READER...]
        the public readers, or those named, get out of LOG what IN.xml says
    evtx_oracles.py reader ANALYZE LOG.evtx...
        actdx-analyze finds the records that are there, and reads in them what the public readers read
    evtx_oracles.py source ANALYZE IN.xml LOG.evtx
        actdx-analyze gets out of LOG what IN.xml says

The public readers are libevtx's evtxexport and python-evtx, both in Debian. They print the same value in different
words, and each has its mistakes, so values are compared like this:

  all         numbers by value, hexadecimal or decimal; GUIDs and truth values without regard to case; times to
              the 100 ns; an attribute, or an element of System, that is empty is one that is not there
  evtxexport  no characters beyond U+FFFF (it gets surrogates wrong), no negative numbers (it gets them wrong),
              fractions to the seven digits that it prints; blank text is none; it leaves out an element whose
              value is null, where actdx-analyze shows it empty; markup that it leaves as it is makes no XML: left out
  python-evtx times to 20 us (it computes in floating point), none of type SYSTEMTIME (milliseconds become
              microseconds), binary values in base64, arrays of strings in one value, and none of those that hold
              an empty string or a character such as U+2500 (it takes their zero bytes for ends), no control
              characters
"""

import base64
import collections
import datetime
import json
import os
import re
import signal
import struct
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

TICKS = 10_000_000
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z?")
NUMBER = re.compile(r"-?\d{1,20}|0[xX][0-9A-Fa-f]{1,16}")
FRACTION = re.compile(r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?")
GUID = re.compile(r"\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
TYPE = "{urn:actdx:evtx}type"  # what the writer was told of a value
ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})")  # a character that XML cannot hold, as actdx-analyze writes it
EVENT = re.compile(r"<Event[ >].*?</Event>", re.S)

# Seconds for python-evtx, a thousand times slower than others, and the largest file it is given.
SLOW_SECONDS = int(os.environ.get("ACTDX_ORACLE_SECONDS", "40"))
SLOW_BYTES = 200_000
# For one file, of the processor's time: python-evtx follows a chain of names that leads back to itself for ever.
FILE_SECONDS = 5
WRITER_SECONDS = 60


#
# One event as a list of (path, value)
#


def local(name):
    return name.rsplit("}", 1)[-1]


def value_rows(element, path, rows):
    """Leaves and attributes below `element`, in order. Arrays of python-evtx are taken apart."""
    for name, value in sorted(element.attrib.items()):
        if value != "" and "actdx" not in name:
            rows.append((path + "@" + local(name), value))
    children = list(element)
    if children:
        for child in children:
            name = local(child.tag)
            value_rows(child, path + "/" + name, rows)
        return
    text = element.text or ""
    parts = re.findall(r"<string>(.*?)</string>\n", text, re.S) or [text]
    kind = element.attrib.get(TYPE, "")
    if kind.endswith("-array"):
        parts = text.split("|")
    elif kind == "pi":
        parts = [""]  # a processing instruction is no text
    for i, part in enumerate(parts):
        if i > 0:
            rows += [(path + "@Name", element.attrib["Name"])] if "Name" in element.attrib else []
        rows.append((path, part))


def rows_of(text):
    """(record id, rows) of an event as XML; None when it is no XML."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return None
    rows = []
    record = None
    for part in root:
        name = local(part.tag)
        if name == "RenderingInfo":
            continue
        found = []
        value_rows(part, name, found)
        if name == "System":
            found = [row for row in found if row[1].strip() != ""]
            record = next((v for p, v in found if p == "System/EventRecordID"), None)
        rows += found
    # Empty values at the end of the body may be an absent <Binary>, an empty one, or an empty body.
    while rows and rows[-1][1].strip() == "":
        rows.pop()
    return record, rows


def ticks(text):
    match = TIME.fullmatch(text)
    if not match:
        return None
    try:
        at = datetime.datetime(*[int(part) for part in match.groups()[:6]])
    except ValueError:
        return None
    since = at - datetime.datetime(1601, 1, 1)
    part = (match.group(7) or "").ljust(7, "0")[:7]
    return (since.days * 86400 + since.seconds) * TICKS + int(part)


def number(text):
    if not NUMBER.fullmatch(text):
        return None
    return int(text, 16) if text[:2].lower() == "0x" else int(text)


def same_text(ours, theirs):
    if ours == theirs:
        return True
    a, b = number(ours), number(theirs)
    if a is not None and b is not None:
        return a == b
    if GUID.fullmatch(ours) or ours.lower() in ("true", "false"):
        return ours.lower() == theirs.lower()
    a, b = ticks(ours), ticks(theirs)
    return a is not None and a == b


def same_fraction(ours, theirs):
    if not FRACTION.fullmatch(ours) or not FRACTION.fullmatch(theirs):
        return False
    if number(ours) is not None and number(theirs) is not None:
        return False
    a, b = float(ours), float(theirs)
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b))


def same_source(ours, theirs):
    return same_text(ours, theirs) or same_fraction(ours, theirs)


def lines(text):
    """XML readers make one line end of all."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def same_evtxexport(ours, theirs):
    if any(ord(c) > 0xFFFF for c in ours + theirs):
        return True
    if (number(ours) or 0) < 0 or (number(theirs) or 0) < 0:
        return True
    if theirs == "" and ours.strip() == "":
        return True
    return same_text(ours, theirs) or same_fraction(ours, theirs) or lines(ours) == lines(theirs)


def same_python(ours, theirs):
    if same_text(ours, theirs) or same_fraction(ours, theirs):
        return True
    a, b = ticks(ours), ticks(theirs)
    if a is not None and b is not None:
        return abs(a - b) <= 200 or (a % 10_000 == 0 and abs(a - b) < TICKS)
    if re.fullmatch(r"([0-9A-Fa-f]{2})+", ours):
        try:
            if base64.b64decode(theirs, validate=True) == bytes.fromhex(ours):
                return True
        except ValueError:
            pass
    return CONTROLS.sub("", lines(ours)) == CONTROLS.sub("", lines(theirs))


def first_difference(ours, theirs, same):
    """The first row that differs, or None."""
    for (path, value), (other_path, other) in zip(ours, theirs):
        if path != other_path:
            return f"{path} and {other_path}"
        if not same(value, other):
            return f"{path}: {value[:200]!r} and {other[:200]!r}"
    if len(ours) != len(theirs):
        rest = (ours if len(ours) > len(theirs) else theirs)[min(len(ours), len(theirs)) :]
        return f"{len(ours)} and {len(theirs)} values: {rest[0]}"
    return None


#
# The readers
#


def without_empty_binary(rows):
    return [row for row in rows if not (row[0].endswith("/Binary") and row[1] == "")]


def without_empty_data(rows):
    """Without <Data> that has neither name nor text."""
    return [
        row
        for before, row in zip([("", "")] + rows, rows)
        if row[0] != "EventData/Data" or row[1].strip() or before[0] == "EventData/Data@Name"
    ]


def read_evtxexport(path):
    """Events in order, and what it complained of."""
    command = ["evtxexport", "-f", "xml", path]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=WRITER_SECONDS)
    except subprocess.TimeoutExpired:
        return [], "takes too long"
    text = done.stdout.decode("utf-8", "replace")
    events = [rows_of(event) for event in EVENT.findall(text)]
    complaint = done.stderr.decode("utf-8", "replace")
    if done.returncode and not complaint:
        complaint = f"exit status {done.returncode}"
    return events, complaint


class TooLong(BaseException):
    """No Exception: python-evtx must not take it for one of its own."""


def stop_reading(_signal, _frame):
    raise TooLong


def read_python(path, seconds=WRITER_SECONDS):
    import Evtx.Evtx  # pylint: disable=import-outside-toplevel

    events, complaint = [], ""
    signal.signal(signal.SIGVTALRM, stop_reading)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        with Evtx.Evtx.Evtx(path) as log:
            for record in log.records():
                try:
                    text = CONTROLS.sub("", record.xml())
                except Exception as error:  # pylint: disable=broad-except
                    complaint = complaint or f"record {record.record_num()}: {error!r}"
                    continue
                events.append(rows_of(text))
    except TooLong:
        complaint = complaint or "takes too long"
    except Exception as error:  # pylint: disable=broad-except
        complaint = complaint or repr(error)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return events, complaint


def comparable(ours, theirs, who):
    """Both without what the reader is known to get wrong."""
    ours, theirs = without_empty_binary(ours), without_empty_binary(theirs)
    if who == "evtxexport":
        ours, theirs = without_empty_data(ours), without_empty_data(theirs)
    if who == "python-evtx" and any(
        path == "EventData/Data" and (value == "" or any(ord(c) % 256 == 0 for c in value))
        for path, value in ours
    ):
        ours = [row for row in ours if row[0] != "EventData/Data"]
        theirs = [row for row in theirs if row[0] != "EventData/Data"]
    return ours, theirs


def read_xml(path):
    with open(path, encoding="utf-8-sig") as file:
        return [rows_of(event) for event in EVENT.findall(file.read())]


def by_record(events):
    """Events by record id; a list for each, since ids can come twice."""
    found = collections.defaultdict(list)
    for event in events:
        if event and event[0] is not None:
            found[int(event[0])].append(event[1])
    return found


def compare(ours, theirs, count, same, who):
    """Differences in records that both have, and how many were compared. Others read torn records, too: they may
    have what is more than `count`."""
    problems, compared = [], 0
    extra = max(0, sum(len(versions) for versions in theirs.values()) - count)
    for record, versions in theirs.items():
        if record not in ours:
            extra -= len(versions)
            if extra < 0:
                problems.append(f"record {record}: only {who} has it")
            continue
        for rows in versions:
            differences = [
                first_difference(*comparable(own, rows, who), same) for own in ours[record]
            ]
            compared += 1
            if all(differences):
                problems.append(f"record {record}: {who}: {differences[0]}")
    return problems, compared


#
# The two programs
#


def check_values(wanted, events, same, who):
    """The events that a reader found are the wanted ones, with their values."""
    problems = []
    if len(events) != len(wanted):
        problems.append(f"{who} finds {len(events)} events, not {len(wanted)}")
    if None in events:
        problems.append(f"{who} prints what is no XML")
    for own, other in zip(wanted, events):
        if other is None:
            continue
        difference = first_difference(*comparable(own[1], other[1], who), same)
        if difference:
            problems.append(f"{who}: record {own[0]}: {difference}")
    return problems


PUBLIC_READERS = {
    "evtxexport": (read_evtxexport, same_evtxexport),
    "python-evtx": (read_python, same_python),
}


def check_writer(source, log, names):
    wanted = read_xml(source)
    if not wanted or None in wanted:
        return [f"{source}: no events, or not XML"]
    problems = []
    for who in names or PUBLIC_READERS:
        read, same = PUBLIC_READERS[who]
        events, complaint = read(log)
        if complaint:
            problems.append(f"{who} complains: {complaint.splitlines()[0]}")
        problems += check_values(wanted, events, same, who)
    return problems


def check_source(analyze, source, log):
    status, text, errors = run_analyze(analyze, log, "xml")
    if status != 0:
        return [f"exit status {status}: {errors.strip()[:200]}"]
    events = [rows_of(event) for event in EVENT.findall(text)]
    return check_values(read_xml(source), events, same_source, "actdx-analyze")


def is_record(chunk, at):
    """Its size, when a record begins there that says its size twice; else 0."""
    if chunk[at : at + 4] != b"**\0\0" or at + 28 > len(chunk):
        return 0
    size = struct.unpack_from("<I", chunk, at + 4)[0]
    if size < 28 or at + size > len(chunk):
        return 0
    return size if struct.unpack_from("<I", chunk, at + size - 4)[0] == size else 0


def walk(data, generous=False):
    """Record ids, as records' headers have them, by structure alone: in each chunk, records whose size is said twice,
    up to the free space; behind a damaged one, from the next on. Generous: in chunks without signature, too, and
    behind the free space as long as ids go on."""
    found = []
    first = 0 if data[:8] == b"ElfChnk\0" else 4096
    for base in range(first, len(data), 65536):
        chunk = data[base : base + 65536]
        if len(chunk) < 512 or (chunk[:8] != b"ElfChnk\0" and not generous):
            continue
        free = min(struct.unpack_from("<I", chunk, 48)[0], len(chunk))
        at, last = 512, None
        while at < len(chunk):
            size = is_record(chunk, at)
            record = struct.unpack_from("<Q", chunk, at + 8)[0] if size else 0
            if at >= free and not (generous and size and record == (last or 0) + 1):
                break
            if size:
                found.append(record)
                last = record
            at += size or 8
    return found


def run_analyze(analyze, path, form):
    done = subprocess.run(
        [analyze, "events", path, "--format", form], capture_output=True, check=False
    )
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace")


def plain(value):
    """A value of JSON or XML in one form: a number, or text."""
    if isinstance(value, bool):
        return str(value).lower()
    text = ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), lines(str(value)))
    if number(text) is not None:
        return number(text)
    if ticks(text) is not None:
        return ("time", ticks(text))
    try:
        return float(text)
    except ValueError:
        return text


def json_leaves(value, found):
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "xmlns":
                json_leaves(inner, found)
    elif isinstance(value, list):
        for inner in value:
            json_leaves(inner, found)
    elif value is not None and value != "":
        found[plain(value)] += 1


def check_json(text, events):
    """As many lines as events, each JSON, each with the values that the XML has."""
    printed = text.splitlines()
    if len(printed) != len(events):
        return [f"{len(printed)} lines of JSON for {len(events)} events as XML"]
    for line, event in zip(printed, events):
        try:
            leaves = collections.Counter()
            json_leaves(json.loads(line, object_pairs_hook=unique_names), leaves)
        except ValueError as error:
            return [f"no JSON: {error}: {line[:200]}"]
        # The name of a value is a name in JSON, and a value of an attribute in XML.
        wanted = collections.Counter(
            plain(value)
            for path, value in event[1]
            if value != "" and "@xmlns" not in path and not path.endswith("/Data@Name")
        )
        missing = wanted - leaves
        if missing:
            return [f"record {event[0]}: not in JSON: {list(missing)[:3]}"]
    return []


def unique_names(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name comes twice in one object")
    return dict(pairs)


def check_records(data, events):
    """Every record of the walk, and nothing that is no record. In a log that was exported, records are numbered anew
    from 1, and EventRecordID is another number than the one in the record's header."""
    there, most = walk(data), walk(data, generous=True)
    if not len(there) <= len(events) <= len(most):
        return [f"{len(events)} events, but {len(there)} records"]
    ids = [int(event[0]) for event in events if event[0] is not None]
    if not ids or not there or there[0] == 1:
        return []
    lost = collections.Counter(there) - collections.Counter(ids)
    made_up = collections.Counter(ids) - collections.Counter(most)
    problems = []
    if lost and len(ids) == len(events):
        problems.append(f"{sum(lost.values())} records are lost, first {min(lost)}")
    if made_up:
        problems.append(f"{sum(made_up.values())} records are made up, first {min(made_up)}")
    return problems


def check_reader(analyze, path, budget):
    with open(path, "rb") as file:
        data = file.read()
    status, text, errors = run_analyze(analyze, path, "xml")
    if status not in (0, 6) or (status == 6 and walk(data)):
        return [f"exit status {status}: {errors.strip()[:200]}"], 0
    try:
        ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        if EVENT.search(text):
            return [f"the XML as a whole is none: {error}"], 0
    events = [rows_of(event) for event in EVENT.findall(text)]
    if None in events:
        return ["an event is no XML"], 0
    problems = check_records(data, events)
    status, text, errors = run_analyze(analyze, path, "jsonl")
    problems += check_json(text, events)
    ours, count = by_record(events), len(walk(data))
    theirs, _ = read_evtxexport(path)
    found, compared = compare(ours, by_record(theirs), count, same_evtxexport, "evtxexport")
    problems += found
    if len(data) <= SLOW_BYTES and budget["seconds"] > 0:
        started = time.monotonic()
        theirs, _ = read_python(path, FILE_SECONDS)
        found, more = compare(ours, by_record(theirs), count, same_python, "python-evtx")
        problems += found
        compared += more
        budget["seconds"] -= time.monotonic() - started
        budget["files"] += 1
    return problems, compared


def told(log, problems):
    for problem in problems:
        print(f"{os.path.basename(log)}: {problem}", file=sys.stderr)
    return 1 if problems else 0


def main(arguments):
    if len(arguments) >= 3 and arguments[0] == "writer":
        return told(arguments[2], check_writer(arguments[1], arguments[2], arguments[3:]))
    if len(arguments) == 4 and arguments[0] == "source":
        return told(arguments[3], check_source(*arguments[1:]))
    if len(arguments) < 3 or arguments[0] != "reader":
        print(__doc__, file=sys.stderr)
        return 2
    failed = compared = 0
    budget = {"seconds": SLOW_SECONDS, "files": 0}
    for path in arguments[2:]:
        problems, count = check_reader(arguments[1], path, budget)
        compared += count
        failed += bool(problems)
        told(path, problems[:5] + ([f"and {len(problems) - 5} more"] if len(problems) > 5 else []))
    print(
        f"{len(arguments) - 2} logs, {failed} with differences; {compared} records compared with"
        f" public readers, {budget['files']} logs with python-evtx"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
