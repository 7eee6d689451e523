"""Writes the two ends of one exchange: join.py FOLDER WHAT

FOLDER/client and FOLDER/host hold what each machine's user would send; their logs as XML, for make_evtx. WHAT:
lost-there, lost-back, refused, complete, not-covered (the host's log begins later).
"""
import datetime
import pathlib
import sys

folder, what = pathlib.Path(sys.argv[1]), sys.argv[2]
CMID, SKU = "36f27b39-2fd5-440b-be67-a09996d27a38", "73111121-5638-40f6-bc11-f1d7b0d64300"
START = datetime.datetime(2026, 11, 22, 8, 15, 0)
SKEW = datetime.timedelta(seconds=40)


def event(number, record, at, channel, computer, values):
    return "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider " \
        "Name='Microsoft-Windows-Security-SPP' Guid='{E23B33B0-C8C9-472C-A5F9-F2BDFEA0F156}' " \
        "EventSourceName='Software Protection Platform Service'/><EventID Qualifiers='16384'>%d</EventID><Version>0" \
        "</Version><Level>4</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x80000000000000</Keywords><TimeCreated " \
        "SystemTime='%s'/><EventRecordID>%d</EventRecordID><Correlation/><Execution ProcessID='0' ThreadID='0'/>" \
        "<Channel>%s</Channel><Computer>%s</Computer><Security/></System><EventData>%s</EventData></Event>\n" % (
        number, at.strftime("%Y-%m-%dT%H:%M:%S.0000000Z"), record, channel, computer,
        "".join("<Data>%s</Data>" % value for value in values))


def stamp(at):
    return at.strftime("%Y/%m/%d %H:%M")


client, host = [], []
for day in range(3):
    at = START + datetime.timedelta(days=day)
    call = "0x800706BA" if what in ("lost-there", "not-covered") else "0x800706BE" if what == "lost-back" else "0x00000000"
    client.append((12288, at, ["%s, 0x00000000, kms01.contoso.com:1688, %s, %s, 0, 5, 0, %s, 25" % (
        call, CMID, stamp(at), SKU)]))
    answer = {"refused": "0xC004F042", "complete": "0x00000000"}.get(what)
    if answer:
        client.append((12289, at + datetime.timedelta(seconds=1), ["%s, 0x00000000, %d, 0, 60, 120, 10080, %s" % (
            answer, answer == "0x00000000", stamp(at))]))
    if what not in ("lost-there", "not-covered"):
        code = answer or "0x0"
        values = [code, "25", "PC-0412.contoso.com", CMID, stamp(at), "0", "5", "0", SKU]
        host.append((12290, at + SKEW, [",".join(values)] + values))
client.append((903, START + datetime.timedelta(days=2, hours=6), []))
first = START - datetime.timedelta(days=2) if what != "not-covered" else START + datetime.timedelta(days=3)
for hour in range(0, 24 * 6, 5):
    at = first + datetime.timedelta(hours=hour, minutes=7)
    values = ["0x0", "25", "pc-0%d.contoso.com" % (500 + hour % 40), "0a1b2c3d-0000-4000-8000-%012x" % (hour % 40), stamp(at),
        "0", "1", "259200", SKU]
    host.append((12290, at, [",".join(values)] + values))


def write(name, events, channel, computer):
    events.sort(key=lambda one: one[1])
    text = "".join(event(number, 500 + i, at, channel, computer, values) for i, (number, at, values) in enumerate(events))
    (folder / name).write_text(text, encoding="utf-8")


CLIENT = """Name: Windows(R), Enterprise edition
Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel
Activation ID: %s
Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f
Partial Product Key: 2YT43
%s
""" % (SKU, "License Status: Licensed\nVolume activation expiration: 259200 minute(s) (180 day(s))" if what == "complete" else
    "License Status: Notification\nNotification Reason: 0xC004F056.")
HOST = """Name: Windows(R), ServerStandard edition
Description: Windows(R) Operating System, VOLUME_KMS_WS19 channel
Activation ID: 70f4f009-7cbd-4dbd-bf1f-7d1b9a6c9a9c
Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f
Partial Product Key: K6QPD
License Status: Licensed

Key Management Service is enabled on this machine
    Current count: 50
    Listening on Port: 1688
    DNS publishing enabled
    KMS priority: Normal
"""
# The host's own firewall keeps it from asking other KMS hosts: no matter for the client.
RULE = """
Rule Name:                            No KMS from servers
----------------------------------------------------------------------
Enabled:                              Yes
Direction:                            Out
Profiles:                             Domain,Private,Public
LocalIP:                              Any
RemoteIP:                             Any
Protocol:                             TCP
LocalPort:                            Any
RemotePort:                           1688
Action:                               Block
Ok.
"""


def name(computer):
    return "\nWindows IP Configuration\n\n   Host Name . . . . . . . . . . . . : %s\n" \
        "   Primary Dns Suffix  . . . . . . . : contoso.com\n   Node Type . . . . . . . . . . . . : Hybrid\n" % computer


for part, files in (("client", {"dlv.txt": CLIENT, "ipconfig.txt": name("PC-0412")}),
        ("host", {"slmgr.txt": HOST, "ipconfig.txt": name("KMS01"), "rules.txt": RULE})):
    (folder / part).mkdir(parents=True)
    for file, text in files.items():
        (folder / part / file).write_text(text.replace("\n", "\r\n"), encoding="utf-8")
write("client.xml", client, "Application", "PC-0412.contoso.com")
write("host.xml", host, "Key Management Service", "KMS01.contoso.com")
