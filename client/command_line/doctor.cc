// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/doctor.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "client/command_line/doctor_advice.h"
#include "client/command_line/doctor_connect.h"
#include "client/command_line/doctor_tls.h"
#include "client/command_line/figures.h"
#include "client/command_line/files.h"
#include "client/command_line/finding.h"
#include "client/command_line/operator_calls.h"
#include "client/command_line/stats_client.h"
#include "stores/blocking_cache_store.h"
#include "stores/endpoint.h"

namespace cachestore {
namespace {

// More than any service can be told to accept.
constexpr size_t kTooLargeKeyBytes = (size_t{64} << 10) + 1;

constexpr char kNoCacheThere[] = "no cache service answers there: check host and port";

constexpr int kPings = 5;
constexpr absl::Duration kSlowPing = absl::Milliseconds(50);
constexpr absl::Duration kClockTolerance = absl::Seconds(5);

Finding Pass(std::string check, std::string text) {
  return {.grade = Grade::kPass, .check = std::move(check), .text = std::move(text)};
}

Finding Warn(std::string check, std::string text, std::string fix = "") {
  return {.grade = Grade::kWarn,
          .check = std::move(check),
          .text = std::move(text),
          .fix = std::move(fix)};
}

Finding FailOf(std::string check, absl::string_view text, std::string fix) {
  return {.grade = Grade::kFail,
          .check = std::move(check),
          .text = std::string(text),
          .fix = std::move(fix)};
}

// One examination. Each step gives whether the next can work.
class Doctor {
 public:
  Doctor(CacheStore& store, const Target& target, bool in_json)
      : cache_(store), target_(target), in_json_(in_json) {}

  void Run() {
    Note(Pass("URL", target_.url));
    if (!Connection() || !Readiness() || !Credentials()) return;
    RoundTrip();
    Limits();
    Latency();
    Clock();
  }

  const std::vector<Finding>& findings() const { return findings_; }

 private:
  // Shows it at once: the next step may take its time.
  void Note(Finding finding) {
    if (!in_json_) {
      // Who does not read the lines has the exit code.
      WriteStdout(absl::Cord(absl::StrCat(FindingLine(finding), "\n"))).IgnoreError();
    }
    findings_.push_back(std::move(finding));
  }

  Finding Failed(std::string check, const absl::Status& error, const std::string& call = "") {
    return FailedCall(std::move(check), call, error, !target_.token.empty());
  }

  bool Connection();
  bool Tls(const Socket& socket);
  bool Readiness();
  bool Credentials();
  void RoundTrip();
  void Limits();
  void Latency();
  void Clock();

  BlockingCacheStore cache_;
  const Target& target_;
  const bool in_json_;
  const std::string key_ =
      absl::StrCat("cachectl-doctor-", absl::Hex(absl::Uniform<uint64_t>(absl::BitGen())));
  std::vector<Finding> findings_;
};

bool Doctor::Connection() {
  const absl::StatusOr<std::vector<Place>> places = LookUp(target_.address);
  if (!places.ok()) {
    Note(FailOf("name", places.status().message(), "check the host in the URL, and the resolver"));
    return false;
  }
  const auto name = [](std::string* out, const Place& place) { absl::StrAppend(out, place.name); };
  Note(Pass("name", absl::StrJoin(*places, ", ", name)));
  const absl::StatusOr<Socket> socket = ConnectTo(*places, target_.timeout);
  if (!socket.ok()) {
    Note(FailOf("connect", socket.status().message(),
                "check that the service runs there, its --listen, and what filters between"));
    return false;
  }
  Note(Pass("connect", target_.address.name));
  return Tls(*socket);
}

bool Doctor::Tls(const Socket& socket) {
  if (!target_.address.is_tls) {
    Note(target_.address.is_this_machine
             ? Pass("TLS", "not used: it is this machine")
             : Warn("TLS", "not used: whoever is between can read along",
                    "serve over TLS, and write grpcs://"));
    return true;
  }
  const absl::StatusOr<HostPort> host = ParseHostPort(target_.address.name);
  const std::vector<Finding> found =
      ExamineTls(socket.fd(), host.ok() ? host->host : "", target_.tls);
  for (const Finding& finding : found) Note(finding);
  return AllWell(found);
}

bool Doctor::Readiness() {
  const absl::StatusOr<std::string> health = CheckHealth(
      target_.address, target_.tls, "cachestore.v1.CacheStore", absl::Now() + target_.timeout);
  if (!health.ok()) {
    Note(absl::IsUnimplemented(health.status())
             ? FailOf("readiness", health.status().message(), kNoCacheThere)
             : Failed("readiness", health.status()));
    return false;
  }
  if (*health == "SERVING") {
    Note(Pass("readiness", *health));
    return true;
  }
  Note(FailOf("readiness", *health,
              *health == "SERVICE_UNKNOWN"
                  ? kNoCacheThere
                  : "its backend does not answer, or it drains: see its log and cachectl stats"));
  return *health != "SERVICE_UNKNOWN";
}

bool Doctor::Credentials() {
  const absl::Status status = cache_.Exists(key_).status();
  const std::string shown = target_.token.empty() ? "without a token" : "with the token";
  if (status.ok()) {
    Note(Pass("credentials", absl::StrCat("may read, ", shown)));
    return true;
  }
  const bool is_refused = absl::IsUnauthenticated(status) || absl::IsPermissionDenied(status);
  Note(Failed(is_refused ? "credentials" : "read", status));
  return false;
}

void Doctor::RoundTrip() {
  const absl::Cord value("cachectl doctor");
  const absl::Status stored = cache_.Set(key_, value, absl::Seconds(10));
  if (absl::IsPermissionDenied(stored)) {
    return Note(Warn("round trip", "skipped: the role allows no writes"));
  }
  if (!stored.ok()) return Note(Failed("round trip", stored, "set: "));
  const absl::StatusOr<std::optional<absl::Cord>> read = cache_.Get(key_);
  const absl::StatusOr<bool> deleted = cache_.Delete(key_);
  if (!read.ok()) return Note(Failed("round trip", read.status(), "get: "));
  if (!deleted.ok()) return Note(Failed("round trip", deleted.status(), "delete: "));
  if (!read->has_value()) {
    return Note(Warn("round trip", "what was stored was not there a moment later",
                     "it is full of entries that live longer, or its backend is none"));
  }
  if (**read != value) {
    return Note(FailOf("round trip", "another value came back",
                       "see what stands between, and what else writes to its backend"));
  }
  Note(Pass("round trip", "set, get and delete"));
}

void Doctor::Limits() {
  Note(LimitsFinding(kTooLargeKeyBytes,
                     cache_.Exists(std::string(kTooLargeKeyBytes, 'k')).status()));
}

void Doctor::Latency() {
  std::vector<absl::Duration> times;
  for (int i = 0; i < kPings; ++i) {
    const absl::Time start = absl::Now();
    const absl::Status status = cache_.Ping();
    if (!status.ok()) return Note(Failed("ping", status));
    times.push_back(absl::Now() - start);
  }
  const auto [least, most] = std::ranges::minmax(times);
  const std::string text =
      absl::StrCat(kPings, " pings took ", FormatSeconds(absl::ToDoubleSeconds(least)), " to ",
                   FormatSeconds(absl::ToDoubleSeconds(most)));
  Note(least < kSlowPing ? Pass("ping", text)
                         : Warn("ping", text, "it is far away or busy; see cachectl top"));
}

// TTLs do not depend on it, but certificates and logs do. Only where the role allows to see it.
void Doctor::Clock() {
  const absl::Time before = absl::Now();
  const absl::StatusOr<v1::StatsResponse> stats = StatsClient(target_).Read();
  const absl::Time after = absl::Now();
  if (!stats.ok()) return;
  const absl::Time theirs =
      absl::FromUnixSeconds(stats->now().seconds()) + absl::Nanoseconds(stats->now().nanos());
  const absl::Duration ahead = std::max(theirs - after, absl::ZeroDuration());
  const absl::Duration behind = std::max(before - theirs, absl::ZeroDuration());
  const absl::Duration off = std::max(ahead, behind);
  if (off <= kClockTolerance) return Note(Pass("clock", "as here, within 5 s"));
  Note(Warn("clock", absl::StrCat(FormatSpan(off), ahead > behind ? " ahead" : " behind"),
            "synchronise both machines"));
}

ExitCode Conclude(const std::vector<Finding>& findings, bool in_json) {
  if (in_json) {
    WriteStdout(absl::Cord(absl::StrCat(FindingsJson(findings).ToString(), "\n"))).IgnoreError();
  }
  return AllWell(findings) ? ExitCode::kOk : ExitCode::kNo;
}

}  // namespace

ExitCode Examine(CacheStore& store, const Target& target, bool in_json) {
  Doctor doctor(store, target, in_json);
  doctor.Run();
  return Conclude(doctor.findings(), in_json);
}

ExitCode ExamineNothing(const absl::Status& problem, bool in_json) {
  const Finding finding = FailOf("settings", problem.message(), "see cachectl --help");
  if (!in_json) WriteStdout(absl::Cord(absl::StrCat(FindingLine(finding), "\n"))).IgnoreError();
  return Conclude({finding}, in_json);
}

}  // namespace cachestore
