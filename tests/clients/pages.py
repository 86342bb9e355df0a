"""Drives the HTML pages in headless Chromium: the report of 5,000 findings and the inventory of a
scripted repository. Usage: pages.py TIGHTLIP [FOLDER for screenshots]"""

import json
import pathlib
import string
import subprocess
import sys
import tempfile
import time
import zlib

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

FINDINGS = 5000
DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase


def token(seed):
    """A made-up token of GitHub's form with right check digits."""
    state, body = seed * 2654435761 + 12345, ""
    for _ in range(30):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        body += DIGITS[(state >> 33) % 62]
    crc, check = zlib.crc32(body.encode()), ""
    while crc:
        crc, digit = divmod(crc, 62)
        check = DIGITS[digit] + check
    return "gh" + "p_" + body + check.rjust(6, "0")


def browser(folder, dark=False):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--window-size=1400,1400", f"--user-data-dir={folder}"]
    for flag in flags + (["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if dark else []):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))


def rows(page):
    return [row for row in page.find_elements(By.CSS_SELECTOR, "tbody tr:not(.g)") if row.is_displayed()]


def count(page):
    return page.find_element(By.ID, "count").text


def wait(page, until):
    WebDriverWait(page, 20).until(lambda _: until())


def no_request_left(page, path):
    """Every request was for the page itself or the browser's own start page, and nothing was refused or failed in the console."""
    for entry in page.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            assert url.startswith((path.as_uri(), "data:", "chrome")), url
    severe = [entry for entry in page.get_log("browser") if entry["level"] == "SEVERE"]
    assert not severe, severe


def report(tightlip, scratch, shots):
    tree = scratch / "tree"
    tree.mkdir()
    for number in range(FINDINGS // 50):
        lines = [f"KEY_{line}={token(number * 50 + line)}\n" for line in range(50)]
        (tree / f"file{number}.env").write_text("".join(lines))
    (tree / "<img src=x onerror=document.title='owned'>.env").write_text(f"K={token(10**6)}\n")
    path = scratch / "report.html"
    code = subprocess.run([tightlip, "scan", tree, "--output", f"html={path}"], stdout=subprocess.DEVNULL).returncode
    assert code == 1, code
    page = browser(scratch / "profile")
    try:
        began = time.monotonic()
        page.get(path.as_uri())
        wait(page, lambda: count(page) == f"{FINDINGS + 1} of {FINDINGS + 1}")
        print(f"report of {FINDINGS + 1} findings opened in {time.monotonic() - began:.2f} s")
        assert "owned" not in page.title
        page.find_element(By.ID, "filter").send_keys("file7.env")
        wait(page, lambda: count(page) == f"50 of {FINDINGS + 1}")
        assert all("file7.env" in row.text for row in rows(page))
        page.find_element(By.ID, "filter").clear()
        page.find_element(By.ID, "filter").send_keys(Keys.SPACE, Keys.BACKSPACE)
        Select(page.find_element(By.ID, "group")).select_by_value("file")
        wait(page, lambda: page.find_elements(By.CSS_SELECTOR, "tr.g"))
        assert "(50)" in page.find_element(By.CSS_SELECTOR, "tr.g").text
        page.save_screenshot(str(shots / "report.png"))
        no_request_left(page, path)
    finally:
        page.quit()


def git(folder, *args, days=0):
    when = f"{int(time.time()) - days * 86400} +0000"
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
           for what, value in (("NAME", "Ann"), ("EMAIL", "ann@example.invalid"), ("DATE", when))}
    subprocess.run(["git", "-c", "commit.gpgsign=false", *args], cwd=folder, check=True,
                   env={"PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", **who})


def inventory(tightlip, scratch, shots):
    repository = scratch / "repository"
    repository.mkdir()
    git(repository, "init", "-q")
    for number, days in enumerate([900, 400, 200, 60, 20, 3]):
        (repository / f"service{number}.env").write_text(f"SERVICE{number}_TOKEN={token(500 + number)}\n")
        git(repository, "add", "-A")
        git(repository, "commit", "-q", "-m", "</script><script>document.title='owned'</script>", days=days)
    (repository / "service1.env").unlink()
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "tidy", days=100)
    path = scratch / "inventory.html"
    code = subprocess.run([tightlip, "inventory", repository, "--output", f"html={path}"], stdout=subprocess.DEVNULL).returncode
    assert code == 0, code
    for dark in (False, True):
        page = browser(scratch / f"profile-{dark}", dark)
        try:
            page.get(path.as_uri())
            wait(page, lambda: count(page) == "6 of 6")
            assert "owned" not in page.title
            paper = page.execute_script("return getComputedStyle(document.body).backgroundColor")
            assert (paper == "rgb(255, 255, 255)") != dark, paper
            assert [tile.text.split("\n")[0] for tile in page.find_elements(By.CLASS_NAME, "tile")][:4] == ["6", "0", "6", "5"]
            assert len(page.find_elements(By.CSS_SELECTOR, "figure")) == 4
            page.find_element(By.ID, "filter").send_keys("service1.env")
            wait(page, lambda: count(page) == "1 of 6")
            row = rows(page)[0]
            page.execute_script("arguments[0].focus()", row)
            row.send_keys(Keys.ENTER)
            drawer = page.find_element(By.ID, "drawer")
            wait(page, drawer.is_displayed)
            assert "Removed" in drawer.text and "tidy" in drawer.text, drawer.text
            page.save_screenshot(str(shots / f"inventory-{'dark' if dark else 'light'}.png"))
            page.switch_to.active_element.send_keys(Keys.ESCAPE)
            wait(page, lambda: not drawer.is_displayed())
            page.find_element(By.ID, "filter").clear()
            page.find_element(By.ID, "filter").send_keys(Keys.SPACE, Keys.BACKSPACE)
            Select(page.find_element(By.ID, "head")).select_by_value("head")
            wait(page, lambda: count(page) == "5 of 6")
            page.find_element(By.CSS_SELECTOR, "th[data-k=since] button").click()
            wait(page, lambda: "service0.env" in rows(page)[0].text)
            no_request_left(page, path)
        finally:
            page.quit()


def main():
    tightlip = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        shots = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else folder)
        report(tightlip, pathlib.Path(folder), shots)
        inventory(tightlip, pathlib.Path(folder), shots)
    print("ok: both pages work in a browser and ask nothing of the network")


main()
