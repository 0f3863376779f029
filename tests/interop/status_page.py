#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# mypy: ignore-missing-imports, allow-untyped-calls
"""Looks at the status pages of services in Chromium, as people do: of one in memory that nobody has
called yet, of one over Redis, and of one that does not count its calls, each by its page and its
address.

    status_page.py CACHECTL URL ADDRESS URL ADDRESS URL ADDRESS

Prints a line for each case: ok or FAILED, and what it is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

_WAIT_SECONDS = 30
_PHONES = (320, 360, 390, 412)


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


def _renew(browser: webdriver.Chrome) -> None:
    """Waits until the page has renewed itself."""
    browser.execute_script("document.querySelector('main').id = 'before'")
    WebDriverWait(browser, _WAIT_SECONDS).until(
        lambda shown: not shown.find_elements("id", "before")
    )


class _Service:
    def __init__(self, cachectl: str, url: str, address: str) -> None:
        self.url = url
        self._command = [cachectl, "--server", f"grpc://{address}"]

    def call(self, *arguments: str) -> None:
        subprocess.run([*self._command, *arguments], check=True, stdout=subprocess.DEVNULL)

    def has_with_scripts_and_without(self, *expected: str) -> None:
        for scripts in (True, False):
            with _browser(scripts=scripts) as browser:
                browser.get(self.url)
                if scripts:
                    _renew(browser)
                text = _text(browser)
                for words in expected:
                    assert words in text, f"{words} is not in {text}"


# What is wider than its place, or is not in sight.
_CUT_OFF = """
    const isCut = (shown) => shown.scrollWidth > shown.clientWidth;
    const isOut = (shown) => {
      const place = shown.getBoundingClientRect();
      return place.left < 0 || place.right > innerWidth;
    };
    const shown = (name) => [...document.querySelectorAll(name)].filter((one) => one.offsetWidth > 0);
    return [...shown(".big").filter(isCut), ...shown("th, td").filter((one) => isCut(one) || isOut(one))]
      .map((one) => one.textContent);
"""


class _StatusPage:
    def __init__(self, service: _Service, over_redis: _Service, uncounted: _Service) -> None:
        self._url = service.url
        self._service = service
        self._over_redis = over_redis
        self._uncounted = uncounted

    def has_dashes_where_nobody_has_called(self) -> None:
        self._service.has_with_scripts_and_without(
            "Latency, p99\n–\np50 – · last hour –", "Hit ratio\n–", "Latency p99 p50\n–"
        )

    def says_that_calls_are_not_counted(self) -> None:
        self._uncounted.has_with_scripts_and_without(
            "Calls, errors, latency\nnot counted", "start the service without --call_metrics=false"
        )

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
            assert "Increment" not in _text(browser)
            browser.execute_script("window.is_the_same = true")
            self._service.call("incr", "counter")
            WebDriverWait(browser, _WAIT_SECONDS).until(lambda shown: "Increment" in _text(shown))
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
            for words in ("Hit ratio", "Memory", "of 1 GiB", "BatchSet", "max_bytes"):
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
            for service, width in product((self._service, self._over_redis), _PHONES):
                phone = {"width": width, "height": 740, "deviceScaleFactor": 2, "mobile": True}
                browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
                browser.get(service.url)
                assert "BatchSet" in _text(browser)
                taken = browser.execute_script("return document.scrollingElement.scrollWidth")
                assert taken <= width, f"at {width} it is {taken} wide"
                cut_off = browser.execute_script(_CUT_OFF)
                assert not cut_off, f"at {width} there are cut off: {cut_off}"

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


def _try(case: Callable[[], None]) -> None:
    name = "the status page " + case.__name__.replace("_", " ")
    try:
        case()
        print(f"ok      {name}")
    except Exception as error:  # pylint: disable=broad-except
        print(f"FAILED  {name}: {error}")


def main() -> None:
    cachectl, *places = sys.argv[1:]
    services = [_Service(cachectl, url, address) for url, address in zip(places[::2], places[1::2])]
    page = _StatusPage(*services)
    _try(page.has_dashes_where_nobody_has_called)
    for service in services:
        service.call("mset", "greeting", "hello")
        service.call("get", "greeting")
    cases: list[Callable[[], None]] = [
        page.says_that_calls_are_not_counted,
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
        _try(case)


if __name__ == "__main__":
    main()
