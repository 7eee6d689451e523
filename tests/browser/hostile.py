"""Writes a folder of evidence that attacks whoever shows it: hostile.py FOLDER

Each text is one that the analyzer understands and quotes, so that what is hostile in it reaches the report.
"""
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True)

MARKUP = '<script>window.pwned=1;alert(1)</script><img src=x onerror="window.pwned=2"><svg onload=alert(3)>'
STYLE = '</style><style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css>'
LINKS = 'javascript:alert(4) [a](javascript:alert(5)) ![x](http://evil.example/x.png) <http://evil.example/>'
MARKS = "\u202egnp.exe\u2066\u2067\u200f\u0645\u0631\u062d\u0628\u0627 \u2028\u2029 \ufeff"
ESCAPES = "\x1b[2J\x1b]0;owned\x07\x1b[8m\x9b31m \x00 \x08\x08\x7f"
ALL = (MARKUP, STYLE, LINKS, MARKS, ESCAPES, "|`*_~#>-$\\", "&amp;&lt;&#60;script&#62;", "'\"><b>", "]]>-->")

text = "C:\\>cscript //nologo C:\\Windows\\System32\\slmgr.vbs /ato\r\n" \
    "Activating Windows(R), Enterprise edition (73111121-5638-40f6-bc11-f1d7b0d64300) ...\r\n"
for one in ALL:
    text += "Error: 0xC004F074 %s\r\n" % one
(folder / "ato.txt").write_text(text, encoding="utf-8")

names = "".join("C:\\>nslookup kms01.contoso.com\r\n*** dc01.contoso.com can't find %s: Non-existent domain\r\n\r\n" %
    one.replace("\n", " ") for one in ALL)
(folder / "nslookup.txt").write_text(names, encoding="utf-8")

dlv = "C:\\>cscript //nologo slmgr.vbs /dlv\r\nName: Windows(R), %s edition\r\n" \
    "Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel\r\n" \
    "Activation ID: 73111121-5638-40f6-bc11-f1d7b0d64300\r\n" \
    "Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f\r\nPartial Product Key: 2YT43\r\n" \
    "License Status: Notification\r\nNotification Reason: 0xC004F056.\r\n" \
    "KMS machine name from DNS: %s:1688\r\n" % (MARKUP, MARKS + MARKUP)
(folder / "dlv.txt").write_text(dlv, encoding="utf-8")

(folder / "systeminfo.txt").write_text("Host Name:                 %s\r\nOS Name:                   Microsoft Windows 10 "
    "Enterprise\r\nOS Version:                10.0.19045 N/A Build 19045\r\nDomain:                    %s\r\n" % (
    STYLE, MARKUP), encoding="utf-8")

# One line of a megabyte, and names of files that are as bad as their content.
(folder / "long.txt").write_text("C:\\>nslookup a\r\n*** dc01 can't find %s: Non-existent domain\r\n" % (
    "<b>x</b>" * 131072), encoding="utf-8")
for name in ("<script>alert(6)<script>.txt", "\u202etxt.exe", "a\x1b[31mb.txt", "img src=x onerror=alert(7).txt",
        "\u0645\u0631\u062d\u0628\u0627.txt", "|x|`y`.txt", "[a](javascript:alert(8)).txt"):
    (folder / name).write_text("Error: 0xC004F074 %s\r\n" % MARKUP, encoding="utf-8")
