"""Opens each report in Chromium and looks at it as its readers do: check.py AXE FOLDER [PICTURES]

FOLDER holds NAME.LANGUAGE.html, and the same report as .text, .markdown and .json. With PICTURES, what is seen is kept
there: at the width of a desktop and of a phone, in light and dark, and on paper.
"""
import base64
import json
import pathlib
import re
import sys

from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

AXE = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
FOLDER = pathlib.Path(sys.argv[2])
PICTURES = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[3] else None
SIZE_LIMIT = 200 * 1024
problems = []


def complain(name, what):
    problems.append("%s: %s" % (name, what))


def start():
    options = Options()
    for one in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--force-device-scale-factor=1", "--hide-scrollbars"):
        options.add_argument(one)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    driver.set_page_load_timeout(60)
    return driver


def look(driver, width, height, scheme):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height,
        "deviceScaleFactor": 1, "mobile": width < 600})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "screen",
        "features": [{"name": "prefers-color-scheme", "value": scheme}]})


def picture(driver, name):
    if PICTURES:
        whole = driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": whole["width"], "height": min(whole["height"], 6000), "scale": 1}})
        (PICTURES / (name + ".png")).write_bytes(base64.b64decode(shot["data"]))


def check_quiet(driver, name, url):
    """Nothing but the page itself was asked for, nothing ran, nobody was asked anything."""
    try:
        complain(name, "a dialog: " + driver.switch_to.alert.text)
    except NoAlertPresentException:
        pass
    if driver.execute_script("return typeof window.pwned") != "undefined":
        complain(name, "a script of the evidence ran")
    if driver.execute_script("return document.scripts.length"):
        complain(name, "has a script")
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked = message["params"]["request"]["url"]
            if asked.split("#")[0] != url and not asked.startswith("data:"):
                complain(name, "asked for " + asked)
    for entry in driver.get_log("browser"):
        complain(name, "console: " + entry["message"])


STRUCTURE = """
const found = [];
const levels = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]));
if (levels[0] !== 1 || levels.filter(l => l === 1).length !== 1) found.push('headings do not begin with one h1');
levels.forEach((l, i) => { if (i && l > levels[i - 1] + 1) found.push('heading ' + i + ' jumps to level ' + l); });
for (const one of ['main', 'header', 'footer']) if (!document.querySelector(one)) found.push('no ' + one);
for (const table of document.querySelectorAll('table'))
    if (!table.querySelector('th[scope]')) found.push('a table without headers');
for (const svg of document.querySelectorAll('svg'))
    if (!svg.getAttribute('aria-label') && !svg.querySelector('title') && svg.getAttribute('aria-hidden') !== 'true')
        found.push('a picture without text');
for (const a of document.querySelectorAll('a[href]'))
    if (!/^(https:|#)/.test(a.getAttribute('href'))) found.push('a link to ' + a.getAttribute('href'));
for (const e of document.querySelectorAll('*'))
    for (const a of e.attributes) if (/^on/i.test(a.name)) found.push('attribute ' + a.name);
if (!document.querySelector('meta[http-equiv="Content-Security-Policy"]')) found.push('no CSP');
return found;
"""


def check_axe(driver, name):
    driver.execute_script(AXE + ";window.axe = axe;")
    result = driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations), e => done(String(e)));")
    if isinstance(result, str):
        complain(name, "axe-core: " + result)
        return
    for one in result:
        if one["impact"] in ("serious", "critical"):
            complain(name, "axe-core: %s: %s: %s" % (one["impact"], one["help"], one["nodes"][0]["html"][:200]))


def open_all(driver):
    driver.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")


def check_page(driver, path):
    name, url = path.stem, path.resolve().as_uri()
    language = name.rsplit(".", 1)[1]
    if path.stat().st_size > SIZE_LIMIT:
        complain(name, "is larger than 200 KB: %d" % path.stat().st_size)
    driver.get_log("performance")
    for width, height in ((1280, 900), (375, 800)):
        for scheme in ("light", "dark"):
            look(driver, width, height, scheme)
            driver.get(url)
            check_quiet(driver, name, url)
            view = "%s, %d wide, %s" % (name, width, scheme)
            picture(driver, "%s-%d-%s" % (name, width, scheme))
            if driver.execute_script("return document.documentElement.scrollWidth") > width:
                complain(view, "is wider than the screen")
            open_all(driver)
            if driver.execute_script("return document.documentElement.scrollWidth") > width:
                complain(view, "unfolded, is wider than the screen")
            check_axe(driver, view)
    for one in driver.execute_script(STRUCTURE):
        complain(name, one)
    if driver.execute_script("return document.documentElement.lang") != language:
        complain(name, "says another language")
    reach = driver.execute_script(
        "return [...document.querySelectorAll('summary')].every(s => { s.focus(); return document.activeElement === s; })")
    if not reach:
        complain(name, "a fold cannot be reached with the keyboard")
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print",
        "features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    ink = driver.execute_script("return getComputedStyle(document.body).color")
    if max(int(part) for part in re.findall("[0-9]+", ink)[:3]) > 80:
        complain(name, "is printed in %s, as if paper were dark" % ink)
    paper = driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    if PICTURES:
        (PICTURES / (name + ".pdf")).write_bytes(base64.b64decode(paper["data"]))


def check_hostile(driver, path):
    """What was hostile is to be read, letter by letter, not to act."""
    name = path.stem
    driver.get(path.resolve().as_uri())
    shown = driver.execute_script("return document.body.textContent")
    for part in ("<script>window.pwned=1;alert(1)</script>", "<img src=x onerror=", "</style><style>"):
        if part not in shown:
            complain(name, "does not show " + part)
    if re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\x1b\x9b\x00]", shown):
        complain(name, "shows a control or direction character as it is")
    if "202E" not in shown.upper():
        complain(name, "hides a direction character")


def check_other_formats(path):
    base = path.with_suffix("")
    text = (base.parent / (base.name + ".text")).read_text(encoding="utf-8")
    if re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text):
        complain(base.name, "the text has a control or direction character")
    markdown = (base.parent / (base.name + ".markdown")).read_text(encoding="utf-8")
    outside = re.sub("(`+).*?\\1", "", re.sub("(?ms)^ *(```+).*?^ *\\1$", "", markdown))
    if re.search("(?<!\\\\)<(script|img|svg|style|link)", outside):
        complain(base.name, "the Markdown has markup")
    if re.search("(?<!\\\\)\\]\\(javascript:", outside):
        complain(base.name, "the Markdown has a link that runs")
    json.loads((base.parent / (base.name + ".json")).read_text(encoding="utf-8"))


BAD_PAGE = """<!doctype html><html lang="en"><title>t</title><body><h1>a</h1><h4>b</h4><p style="color:#bbb;background:#fff">
faint</p><img src="http://evil.example/x.png"><table><tr><td>x</td></tr></table><div style="width:3000px">wide</div>
<script>window.pwned=1</script>"""


def prove_that_it_can_fail(driver):
    """A test that cannot fail proves nothing: a bad page must be found bad, in every way."""
    path = FOLDER / "bad.en.html"
    path.write_text(BAD_PAGE, encoding="utf-8")
    check_page(driver, path)
    path.unlink()
    found = " ".join(problems)
    problems.clear()
    for word in ("a script of the evidence ran", "asked for http://evil.example", "axe-core: serious", "wider than the screen",
            "jumps to level", "a table without headers", "no main", "no CSP"):
        if word not in found:
            complain("bad page", "was not found to have: " + word)


def main():
    pages = sorted(FOLDER.glob("*.html"))
    driver = start()
    try:
        prove_that_it_can_fail(driver)
        for path in pages:
            check_page(driver, path)
            check_other_formats(path)
            if path.name.startswith("hostile."):
                check_hostile(driver, path)
    finally:
        driver.quit()
    for one in problems:
        print(one)
    print("%d reports in the browser, %d problems" % (len(pages), len(problems)))
    return bool(problems) or len(pages) < 10


sys.exit(main())
