#!/usr/bin/env python3
"""Makes the generated part of samples/scenarios.

    make.py [--check]      writes samples/scenarios/gen-NUMBER-NAME/ and .truth beside it; --check only compares

The same program makes the same files: each scenario has its own random numbers, seeded with its name. What is done to a
machine stands in faults.py, what its tools print in tools.py and events.py, what they call things in words.py. Nothing
here runs the analyzer or knows what it reads.
"""

import pathlib
import random
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True

import events
import faults
import tools
import words

ROOT = pathlib.Path(__file__).resolve().parents[2] / "samples" / "scenarios"
SLMGR = "cscript //nologo c:\\windows\\system32\\slmgr.vbs "


def items(m):
    """(stem, program's shell, command, text) of what could be collected."""
    suffix = m.suffixes[0] if m.suffixes else m.domain
    found = [("dlv", "cmd", SLMGR + "/dlv", tools.dlv(m))]
    if m.ato:
        found.append(("ato", "cmd", SLMGR + "/ato", tools.ato(m)))
    found.append(("ipconfig", "cmd", "ipconfig /all", tools.ipconfig(m)))
    found.append(("srv", "cmd", "nslookup -type=srv _vlmcs._tcp." + suffix, tools.srv(m)))
    asked = [m.setting[0]] if m.setting else [one for one in [m.cache] if one]
    records = m.srv.get(suffix, "")
    asked += [one for one, _ in records if one not in asked] if not isinstance(records, str) else []
    for i, name in enumerate(asked):
        found.append(("host%s" % (i or ""), "cmd", "nslookup " + name, tools.host(m, name)))
        found.append(("port%s" % (i or ""), "ps", "Test-NetConnection %s -Port 1688" % name, tools.probe(m, name)))
        if m.ports.get(name) in ("refused", "timeout") and m.addresses.get(name):
            found.append(("portqry%s" % (i or ""), "cmd", "portqry -n %s -e 1688" % name, tools.portqry(m, name)))
    found += [("reg-spp", "cmd", 'reg query "HKLM\\%s" /s' % tools.SPP.split("\\", 1)[1], tools.reg_spp(m)),
        ("reg-version", "cmd", 'reg query "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"',
            tools.reg_current_version(m)),
        ("sc", "cmd", "sc query sppsvc", tools.sc_query("sppsvc", m.service_running)),
        ("sc-qc", "cmd", "sc qc sppsvc", tools.sc_qc(m)),
        ("systeminfo", "cmd", "systeminfo", tools.systeminfo(m)),
        ("w32tm", "cmd", "w32tm /query /status", tools.w32tm(m)),
        ("offset", "cmd", "w32tm /stripchart /computer:%s /samples:3 /dataonly" % m.dc, tools.stripchart(m)),
        ("winhttp", "cmd", "netsh winhttp show proxy", tools.winhttp()),
        ("reg-cache", "cmd", 'reg query "HKU\\S-1-5-20\\Software\\Microsoft\\Windows NT\\CurrentVersion\\'
            'SoftwareProtectionPlatform"', tools.reg_cache(m))]
    names = [one[0] for one in m.extra]
    return [one for one in found if one[0] not in m.drop and one[0] not in names] + m.extra


def encode(language, text, form):
    if "\r" not in text:
        text = text.replace("\n", "\r\n")
    if form == "utf-16":
        return b"\xff\xfe" + text.encode("utf-16-le")
    if form == "utf-8-bom":
        return b"\xef\xbb\xbf" + text.encode("utf-8")
    if form == "utf-8":
        return text.encode("utf-8")
    return text.encode(words.LANGUAGES[language]["oem"], errors="replace")


NAMES = {
    "dlv": ("slmgr-dlv.txt", "dlv.txt", "slmgr_dlv_output.txt", "license.txt"),
    "ato": ("slmgr-ato.txt", "ato.txt", "activate.log"),
    "srv": ("dns-srv.txt", "nslookup.txt", "vlmcs.txt"),
    "port": ("tcp-1688.txt", "tnc.txt", "port test.txt"),
}


def file_name(m, stem):
    return m.random.choice(NAMES[stem]) if stem in NAMES else stem + ".txt"


def as_session(language, some):
    """What is on the screen after a few commands, copied out of the window."""
    text, shell = "", None
    for _, kind, command, output in some:
        shell = "PS C:\\Windows\\system32> " if kind == "ps" else "C:\\Windows\\system32>"
        if output.startswith(shell):
            text += output.rstrip("\n").rsplit("\n", 1)[0] + "\n"
        else:
            text += "%s%s\n%s\n" % (shell, command, output.rstrip("\n") + "\n")
    return text + shell.strip() + "\n"


def write_items(m, form, sessions):
    """{name: bytes}: some items as files of their own, others in one session."""
    files, all_items = {}, items(m)
    in_session = []
    if sessions:
        in_session = [one for one in all_items if one[1] != "file" and m.random.random() < sessions]
    for one in all_items:
        stem, shell, _, text = one
        if one in in_session:
            continue
        how = "utf-16" if shell == "ps" and form != "utf-8" else form
        files[stem if shell == "file" else file_name(m, stem)] = encode(m.language, text, "utf-8" if stem.endswith(
            (".xml", "hosts")) else how)
    if in_session:
        files["console.txt"] = encode(m.language, as_session(m.language, in_session), m.random.choice(
            ("utf-8", "utf-8-bom")))
    for channel in ("Application", "System", "Key Management Service", "Security"):
        text = events.write(m, channel)
        if text and channel not in m.drop:
            files[channel.lower().replace(" ", "-") + ".events.xml"] = text.replace("\n", "\r\n").encode("utf-8")
    return files


def add_noise(m, amount):
    for _ in range(amount):
        m.random.choice(events.NOISE)(m, m.random.randint(30, 20000))
    if amount:
        events.noise_policy(m, int((m.now - m.booted).total_seconds() // 60) - 1)
        for day in range(m.random.randint(1, 3)):
            events.service_round(m, 200 + 1440 * day + m.random.randint(0, 300))


# The items that a user leaves out, of those that a fault does not need.
OPTIONAL = ("ipconfig", "host", "reg-version", "sc", "sc-qc", "winhttp", "reg-cache", "w32tm", "offset", "systeminfo",
    "reg-spp", "portqry")


def scenario(name, plan):
    chance = random.Random(name)
    m = tools.Machine(chance, plan["language"], plan.get("system") or chance.choice(("10-enterprise", "10-pro",
        "11-enterprise", "11-pro", "2019", "2022")))
    plan["fault"](m)
    form = plan.get("form") or chance.choice(("oem", "oem", "utf-16", "utf-8"))
    add_noise(m, plan.get("noise", chance.choice((0, 0, 2, 4))))
    for one in OPTIONAL:
        if one not in m.keep and chance.random() < plan.get("missing", 0.35):
            m.drop.add(one)
    if plan.get("second"):
        files = write_items(m, form, 0)
        m.language = plan["second"]
        for one, data in write_items(m, form, 0).items():
            if chance.random() < 0.4:
                files[one] = data
    else:
        files = write_items(m, form, plan.get("sessions", chance.choice((0, 0, 0.5))))
    return files, m.truth


def make(root):
    for number, plan in enumerate(faults.plans(), 1):
        name = "gen-%03d-%s" % (number, plan["name"])
        files, truth = scenario(name, plan)
        for one, data in files.items():
            path = root / name / one
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        (root / (name + ".truth")).write_text(truth + "\n")


def tree(root):
    return {str(one.relative_to(root)): one.read_bytes() for one in root.rglob("*")
        if one.is_file() and str(one.relative_to(root)).startswith("gen-")}


def main():
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder)
        make(made)
        if "--check" in sys.argv:
            want, have = tree(made), tree(ROOT)
            different = sorted(one for one in want.keys() | have.keys() if want.get(one) != have.get(one))
            for one in different[:10]:
                print("samples/scenarios/%s: differs from what tests/corpus/make.py makes" % one)
            return bool(different)
        for old in ROOT.glob("gen-*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        shutil.copytree(made, ROOT, dirs_exist_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
