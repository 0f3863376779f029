#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# mypy: ignore-missing-imports, allow-untyped-calls
"""Looks at the status page of a service in Chromium, as people do.

    status_page.py URL CACHECTL ADDRESS

Prints a line for each case: ok or FAILED, and what it is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

_WAIT_SECONDS = 30
_PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}


@contextmanager
def _browser(*, scripts: bool = True) -> Iterator[webdriver.Chrome]:
    options = Options()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not scripts:
        scripts_off = {"profile.managed_default_content_settings.javascript": 2}
        options.add_experimental_option("prefs", scripts_off)
    browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    try:
        yield browser
    finally:
        browser.quit()


def _text(browser: webdriver.Chrome) -> str:
    return str(browser.find_element("tag name", "main").text)


class _StatusPage:
    def __init__(self, url: str, cachectl: str, address: str) -> None:
        self._url = url
        self._command = [cachectl, "--server", f"grpc://{address}"]

    def _call(self, *arguments: str) -> None:
        subprocess.run([*self._command, *arguments], check=True, stdout=subprocess.DEVNULL)

    def shows_its_verdict_first(self) -> None:
        with _browser() as browser:
            browser.get(self._url)
            assert browser.title == "CacheStore: ready", browser.title
            verdict = browser.find_element("class name", "verdict")
            ratio = browser.find_element("class name", "card")
            assert verdict.text == "Ready", verdict.text
            assert verdict.location["y"] < ratio.location["y"]

    def follows_what_happens_without_being_loaded_again(self) -> None:
        with _browser() as browser:
            browser.get(self._url)
            assert "CacheCounter/Increment" not in _text(browser)
            browser.execute_script("window.is_the_same = true")
            self._call("incr", "counter")
            WebDriverWait(browser, _WAIT_SECONDS).until(
                lambda shown: "CacheCounter/Increment" in _text(shown)
            )
            assert browser.execute_script("return window.is_the_same"), "it was loaded again"

    def has_its_charts(self) -> None:
        with _browser() as browser:
            browser.get(self._url)
            charts = browser.find_elements("css selector", ".chart svg")
            assert len(charts) == 4, len(charts)
            assert all(chart.size["height"] >= 100 for chart in charts)

    def has_its_numbers_without_scripts(self) -> None:
        with _browser(scripts=False) as browser:
            browser.get(self._url)
            text = _text(browser)
            for words in ("Hit ratio", "Memory", "of 1 GiB", "CacheStore/Set", "max_bytes"):
                assert words in text, f"{words} is not in {text}"

    def says_when_the_service_is_away(self) -> None:
        with _browser() as browser:
            browser.get(self._url)
            away = browser.find_element("class name", "away")
            assert not away.is_displayed()
            browser.execute_cdp_cmd("Network.enable", {})
            offline = {"offline": True, "latency": 0}
            offline |= {"downloadThroughput": -1, "uploadThroughput": -1}
            browser.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
            WebDriverWait(browser, _WAIT_SECONDS).until(
                lambda shown: shown.find_element("class name", "away").is_displayed()
            )

    def fits_a_phone(self) -> None:
        with _browser() as browser:
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", _PHONE)
            browser.get(self._url)
            width = browser.execute_script("return document.scrollingElement.scrollWidth")
            assert width <= _PHONE["width"], f"it is {width} wide"

    def is_dark_for_those_who_want_it(self) -> None:
        colours = set()
        with _browser() as browser:
            for scheme in ("light", "dark"):
                feature = {"name": "prefers-color-scheme", "value": scheme}
                browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
                browser.get(self._url)
                script = "return getComputedStyle(document.body).backgroundColor"
                colours.add(browser.execute_script(script))
        assert len(colours) == 2, colours

    def gives_the_browser_nothing_to_complain_of(self) -> None:
        with _browser() as browser:
            browser.get(self._url)
            complaints = [line for line in browser.get_log("browser") if "favicon" not in str(line)]
            assert not complaints, complaints


def main() -> None:
    page = _StatusPage(*sys.argv[1:])
    page._call("set", "greeting", "hello")
    page._call("get", "greeting")
    cases: list[Callable[[], None]] = [
        page.shows_its_verdict_first,
        page.follows_what_happens_without_being_loaded_again,
        page.has_its_charts,
        page.has_its_numbers_without_scripts,
        page.says_when_the_service_is_away,
        page.fits_a_phone,
        page.is_dark_for_those_who_want_it,
        page.gives_the_browser_nothing_to_complain_of,
    ]
    for case in cases:
        name = "the status page " + case.__name__.replace("_", " ")
        try:
            case()
            print(f"ok      {name}")
        except Exception as error:  # pylint: disable=broad-except
            print(f"FAILED  {name}: {error}")


if __name__ == "__main__":
    main()
