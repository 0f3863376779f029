# SPDX-License-Identifier: Apache-2.0
"""What the bench makes of its runs: which count, what is met, and what is written."""

from __future__ import annotations

import json
import math
import os
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

from benchmarks.harness import wire
from benchmarks.harness.bench import Bench
from benchmarks.harness.credentials import Certificate, certificate_flags, identity_flags
from benchmarks.harness.loads import (
    Call,
    ClosedLoop,
    Command,
    Excess,
    H2Load,
    Load,
    OpenLoop,
    RedisBenchmark,
    Shape,
    Wire,
    Witness,
)
from benchmarks.harness.measure import Case, Contest, Figure, Goal, Sample, take_turns
from benchmarks.harness.plot import times_as_fast
from benchmarks.harness.processes import BenchError, Server, run_program
from benchmarks.harness.report import Result, failures, number, table, write_document, write_json
from benchmarks.harness.servers import TRANSPORTS, CacheServer, Programs, Redis, SlowRedis


def _case(ours: list[Sample], theirs: list[Sample], *goals: Goal) -> Case:
    samples = {"ours": ours, "theirs": theirs}
    return Case("Get", "calls/s", "ours", goals=list(goals), samples=samples)


class MeasureTest(unittest.TestCase):
    def test_a_figure_has_the_median_and_both_ends(self) -> None:
        figure = Figure.of([Sample(value, {"server": value}) for value in (7.0, 1.0, 4.0)])
        self.assertEqual((figure.median, figure.least, figure.most), (4.0, 1.0, 7.0))
        self.assertEqual(figure.cpu_seconds, {"server": 4.0})

    def test_one_fault_spoils_a_figure(self) -> None:
        self.assertEqual(Figure.of([Sample(1), Sample(2, fault="lost calls")]).fault, "lost calls")

    def test_contenders_take_turns_after_a_warm_up_that_does_not_count(self) -> None:
        runs: list[str] = []

        def contender(name: str) -> Callable[[], Sample]:
            def run() -> Sample:
                runs.append(name)
                return Sample(len(runs))

            return run

        contest = Contest(Case("", "calls/s", "a"), {"a": contender("a"), "b": contender("b")})
        (case,) = take_turns([contest], 2, lambda text: None)
        self.assertEqual(runs, ["a", "b", "a", "b", "a", "b"])
        self.assertEqual([sample.value for sample in case.samples["a"]], [3, 5])

    def test_a_contender_of_several_contests_runs_once_a_round(self) -> None:
        runs: list[int] = []

        def shared() -> Sample:
            runs.append(0)
            return Sample(len(runs))

        contests = [Contest(Case(title, "calls/s", "a"), {"a": shared}) for title in "xy"]
        cases = take_turns(contests, 1, lambda text: None)
        self.assertEqual(len(runs), 2)
        self.assertEqual([case.samples["a"][0].value for case in cases], [2, 2])

    def test_a_goal_beside_a_peer_is_about_the_ratio(self) -> None:
        goal = Goal(0.95, "theirs")
        case = _case([Sample(96)], [Sample(100)], goal)
        reached = case.reached(goal)
        assert reached is not None
        self.assertAlmostEqual(reached, 0.96)
        self.assertTrue(goal.is_met(reached))
        self.assertFalse(goal.is_met(0.94))

    def test_a_ceiling_is_met_from_below(self) -> None:
        self.assertTrue(Goal(48, is_ceiling=True).is_met(48))
        self.assertFalse(Goal(48, is_ceiling=True).is_met(48.1))

    def test_a_goal_is_not_reached_by_runs_that_do_not_count(self) -> None:
        goal = Goal(0.95, "theirs")
        for case in (
            _case([Sample(1, fault="lost calls")], [Sample(1)]),
            _case([Sample(1)], [Sample(1, fault="lost calls")]),
        ):
            self.assertIsNone(case.reached(goal))

    def test_a_goal_may_be_that_of_another_contender(self) -> None:
        goal = Goal(0.5, "ours", subject="theirs")
        case = _case([Sample(10)], [Sample(6)], Goal(1, "theirs"), goal)
        self.assertEqual(case.reached(goal), 0.6)
        self.assertEqual(list(case.goals_by_subject()), ["ours", "theirs"])

    def test_less_is_better_of_times_and_more_of_rates(self) -> None:
        case = _case([Sample(2)], [Sample(1)])
        self.assertEqual(times_as_fast(case, "theirs"), 2)
        case.unit = "ns"
        self.assertEqual(times_as_fast(case, "theirs"), 0.5)


class ReportTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def _result(self, *cases: Case) -> Result:
        return Result("unary", "Single calls", "./dev bench unary", 5, cases)

    def test_numbers_have_three_digits_that_count(self) -> None:
        shown = [number(value) for value in (97_149, 2_154_321, 34.16, 0.0412, 99.96)]
        self.assertEqual(shown, ["97,100", "2,150,000", "34.2", "0.0412", "100"])

    def test_a_row_without_right_answers_is_printed_failed(self) -> None:
        goal = Goal(0.95, "theirs")
        result = self._result(_case([Sample(9, fault="lost calls")], [Sample(1)], goal))
        self.assertIn("**FAILED**: lost calls", table(result))
        self.assertIn("**FAILED** (≥ 0.95x theirs)", table(result))
        self.assertNotIn("9", table(result).replace("0.95", ""))
        self.assertEqual(failures([result]), ["unary: Get: ours: lost calls"])

    def test_a_goal_that_is_missed_stands_out(self) -> None:
        row = table(self._result(_case([Sample(1)], [Sample(2)], Goal(0.95, "theirs"))))
        self.assertIn("**0.50x theirs** (≥ 0.95x: missed)", row)

    def test_goals_of_several_contenders_stand_beside_their_names(self) -> None:
        goals = [Goal(1, "theirs"), Goal(3, "theirs"), Goal(0.4, "ours", subject="theirs")]
        row = table(self._result(_case([Sample(4)], [Sample(2)], *goals)))
        self.assertIn(
            "ours: 2.00x theirs (≥ 1x), **2.00x theirs** (≥ 3x: missed)<br>"
            "theirs: 0.50x ours (≥ 0.4x) |",
            row,
        )

    def test_the_document_keeps_what_stands_around_the_tables(self) -> None:
        path = self.folder / "performance.md"
        path.write_text("before\n<!-- bench unary -->\nold\n<!-- end of bench unary -->\nafter\n")
        write_document(path, [self._result(_case([Sample(1)], [Sample(2)]))], {"Redis": "7"})
        text = path.read_text()
        self.assertTrue(text.startswith("before\n") and text.endswith("after\n"), text)
        self.assertNotIn("old", text)
        self.assertIn("./dev bench unary", text)

    def test_a_scenario_without_marks_gets_a_section_at_the_end(self) -> None:
        path = self.folder / "performance.md"
        path.write_text("no marks\n")
        for _ in range(2):  # The second finds the marks of the first.
            write_document(path, [self._result(_case([Sample(1)], [Sample(2)]))], {})
            text = path.read_text()
            self.assertTrue(text.startswith("no marks\n\n## Single calls\n"), text)
            self.assertEqual(text.count("| Get, calls/s |"), 1)

    def test_the_json_keeps_the_scenarios_that_were_not_run(self) -> None:
        path = self.folder / "figures.json"
        path.write_text('{"batch": 1}')
        write_json(path, [self._result(_case([Sample(3)], [Sample(2)]))], {})
        figures = json.loads(path.read_text())
        self.assertEqual(figures["batch"], 1)
        self.assertEqual(figures["unary"]["cases"][0]["contenders"]["ours"]["samples"], [3])


class LoadTest(unittest.TestCase):
    """Real servers under real load."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bench = Bench(Programs(Path(os.environ["PROGRAMS"])), Path(folder.name), 1, 0.05, True)
        self.get_miss = Call(
            "/cachestore.v1.CacheStore/Get", self.bench.body(wire.field(1, b"k")), 5
        )

    def _load(self, call: Call, witness: Witness | None = None) -> Sample:
        with self.bench.cache_server("http2") as server:
            url = f"http://{server.address}"
            return H2Load(server, url, call, Shape(2, 2), 0.05, witness)()

    def test_a_run_whose_calls_are_all_answered_counts(self) -> None:
        sample = self._load(self.get_miss)
        self.assertEqual(sample.fault, "")
        self.assertGreater(sample.value, 0)
        self.assertGreater(sample.cpu_seconds["cache_server"], 0)
        self.assertGreater(sample.cpu_seconds["h2load"], 0)

    def test_calls_that_end_in_an_error_make_the_run_fail(self) -> None:
        no_key = Call(self.get_miss.path, self.bench.body(b""), 5)
        self.assertRegex(self._load(no_key).fault, "replies of 0 bytes instead of")

    def test_replies_of_another_size_make_the_run_fail(self) -> None:
        larger = Call(self.get_miss.path, self.get_miss.body, 7)
        self.assertIn("bytes instead of", self._load(larger).fault)

    def test_a_witness_whose_answers_are_wrong_makes_the_run_fail(self) -> None:
        with self.bench.cache_server("http2") as server:
            finds_nothing = Witness(self.bench.programs, server.address, "get_hit")
            self.assertIn("answered wrongly", self._load(self.get_miss, finds_nothing).fault)

    def test_the_servers_own_counts_must_agree(self) -> None:
        with self.bench.cache_server("http2") as server:
            H2Load(server, f"http://{server.address}", self.get_miss, Shape(1, 1), 0.05).run()
            self.assertIn("the server counted 2000", server.stop_and_check(2001))
        with self.bench.cache_server("http2") as server:
            no_key = Call(self.get_miss.path, self.bench.body(b""), 5)
            H2Load(server, f"http://{server.address}", no_key, Shape(1, 1), 0.05).run()
            self.assertIn("2000 in error", server.stop_and_check(2000))

    def test_what_a_call_costs_the_server_is_that_of_the_run_before(self) -> None:
        with self.bench.cache_server("http2") as server:
            load = H2Load(server, f"http://{server.address}", self.get_miss, Shape(1, 1), 0.05)
            self.assertEqual(load.cpu_a_call().fault, "it did not run")
            used = load().cpu_seconds["cache_server"]
            self.assertAlmostEqual(load.cpu_a_call().value, 1e6 * used / load.calls_so_far)

    def _peers(self) -> list[CacheServer | Redis]:
        ours = [self.bench.cache_server(transport) for transport in TRANSPORTS]
        return [*ours, Redis(self.bench.folder)]

    def test_a_wire_loop_counts_if_every_answer_is_right(self) -> None:
        for server in self._peers():
            with server:
                wire = Wire(self.bench.programs, server)
                for operation in ("set", "get", "batch_set", "batch_get"):
                    with self.subTest(server=server.name, operation=operation):
                        sample = ClosedLoop(wire, operation, Shape(2, 2), 0.2, keys=200)()
                        self.assertEqual(sample.fault, "")
                        self.assertGreater(sample.value, 0)
                        self.assertGreater(sample.cpu_seconds["wire_client"], 0)
                wire.fill()
                sample = OpenLoop(wire, 1_000, 0.05)()
                self.assertEqual(sample.fault, "", server.name)
                self.assertGreater(sample.value, 0, server.name)

    def test_a_floor_answers_a_wire_loop_as_ours_does(self) -> None:
        with self.bench.floor_server(value_bytes=100_000) as floor:
            wire = Wire(self.bench.programs, floor)
            for operation in ("set", "get"):
                load = ClosedLoop(wire, operation, Shape(1, 2), 0.05, value_bytes=100_000)
                self.assertEqual(load().fault, "", operation)

    def test_wrong_answers_make_a_wire_loop_fail(self) -> None:
        for server in self._peers():
            with server:
                wire = Wire(self.bench.programs, server)
                closed_loop = ClosedLoop(wire, "get", Shape(1, 1), 0.05)
                for sample in (OpenLoop(wire, 1_000, 0.05)(), closed_loop()):
                    self.assertRegex(sample.fault, "answered wrongly .*a wrong reply", server.name)

    def test_refused_calls_count_apart_where_they_are_expected_and_make_others_fail(self) -> None:
        with Redis(self.bench.folder) as redis, SlowRedis(self.bench.folder, redis, 0.01) as slow:
            over = "--storage_url=redis://127.0.0.1"
            with self.bench.cache_server(
                "http2", "--backend=redis", f"{over}:{redis.port}"
            ) as direct:
                Wire(self.bench.programs, direct).fill()
            flags = ["--backend=redis", f"{over}:{slow.port}", "--redis_max_calls=2"]
            with self.bench.cache_server("http2", *flags) as server:
                wire = Wire(self.bench.programs, server)
                excess = Excess(wire, 2_000, 0.1)
                self.assertEqual(excess.refused().fault, "it did not run")
                answered = excess()
                self.assertEqual(answered.fault, "")
                self.assertGreater(answered.value, 0)
                self.assertGreater(excess.refused().value, 50)
                self.assertLess(excess.refused().value, 100)
                fault = ClosedLoop(wire, "get", Shape(1, 10), 0.05)().fault
                self.assertRegex(fault, r"\d+ calls were refused")

    def test_a_caller_is_known_by_the_certificate_that_it_shows(self) -> None:
        folder = self.bench.folder
        shown = Certificate.create(folder, "bench")
        identity = identity_flags(folder, shown, "bench")
        flags = [f"--tls_cert_file={shown.certificate}", f"--tls_key_file={shown.key}"]
        for transport in TRANSPORTS:
            with self.bench.cache_server(
                transport, *certificate_flags(folder), *identity
            ) as server:
                known = Wire(self.bench.programs, server, ["--tls", *flags])
                self.assertEqual(ClosedLoop(known, "set", Shape(2, 2), 0.05)().fault, "", transport)
                unknown = Wire(self.bench.programs, server, ["--tls"])
                fault = ClosedLoop(unknown, "get", Shape(1, 1), 0.05)().fault
                self.assertIn("grpc-status '16'", fault, transport)

    def test_a_redis_that_refuses_makes_the_run_fail(self) -> None:
        with Redis(self.bench.folder) as redis:
            redis.ask("lpush", "list", "1")
            # redis-benchmark itself ends at an error; reading a list as a value is one.
            with self.assertRaisesRegex(BenchError, "WRONGTYPE"):
                RedisBenchmark(redis, Command("get", ["get", "list"], 0), 0.05)()
            absent = Command("get", ["get", "absent"], reply_bytes=64)
            self.assertIn("bytes sent", RedisBenchmark(redis, absent, 0.05)().fault)

    def test_a_run_too_short_for_its_clock_is_followed_by_a_longer_one(self) -> None:
        class NoTime(Load):
            def run(self) -> Sample:
                return Sample(math.inf)

        with Redis(self.bench.folder) as redis:
            load = NoTime(redis, 0.05)
            calls = load.calls
            load()
            self.assertEqual(load.calls, 10 * calls)

    def test_a_program_that_fails_is_named_with_what_it_said(self) -> None:
        with self.assertRaisesRegex(BenchError, "ls /nowhere exited 2: .*/nowhere"):
            run_program(["ls", "/nowhere"])

    def test_a_server_that_ends_instead_of_starting_says_why(self) -> None:
        server = Server("broken", ["sh", "-c", "echo no such flag; exit 2"], self.bench.folder)
        with server, self.assertRaisesRegex(BenchError, "broken ended .*no such flag"):
            server.await_log("serving")


if __name__ == "__main__":
    unittest.main()
