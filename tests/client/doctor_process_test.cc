// SPDX-License-Identifier: Apache-2.0

// cachectl doctor: each step of the way, well and not.
#include <signal.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/cache_codec.h"
#include "tests/client/cachectl_test.h"
#include "tests/client/scripted_server.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/temporary_folder.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;
using Answer = ScriptedServer::Answer;

Finished Doctor(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"client/cachectl", "doctor"});
  return RunToEnd(std::move(arguments));
}

class DoctorTest : public CachectlTest {};

TEST_P(DoctorTest, PassesEachStepOfAServiceThatIsWell) {
  const Finished doctor = Run({"doctor"});
  EXPECT_EQ(doctor.exit_code, 0) << doctor.output;
  EXPECT_EQ(doctor.error, "");
  const std::vector<std::string> lines = absl::StrSplit(doctor.output, '\n', absl::SkipEmpty());
  EXPECT_THAT(
      lines,
      testing::ElementsAre(
          "PASS  URL           grpc://" + address_, "PASS  name          127.0.0.1",
          "PASS  connect       " + address_, "PASS  TLS           not used: it is this machine",
          "PASS  readiness     SERVING", "PASS  credentials   may read, without a token",
          "PASS  round trip    set, get and delete",
          "PASS  limits        a key that is too long is refused: the limit is 1024 bytes",
          MatchesRegex("(PASS|WARN)  ping          5 pings took .*"),
          "PASS  clock         as here, within 5 s"));
}

TEST_P(DoctorTest, LeavesNothingBehind) {
  Run({"doctor"});
  EXPECT_THAT(Run({"stats"}).output, HasSubstr(" 0 of 10000 entries"));
}

TEST_P(DoctorTest, InJsonIsOneObject) {
  const Finished doctor = Run({"doctor", "--json"});
  EXPECT_EQ(doctor.exit_code, 0);
  EXPECT_THAT(doctor.output,
              AllOf(StartsWith("{\"ok\":true,\"checks\":[{\"grade\":\"PASS\",\"check\":\"URL\","),
                    EndsWith("]}\n")));
}

TEST_P(DoctorTest, AServiceThatIsNotThereFailsToConnect) {
  server_.Signal(SIGKILL);
  server_.Wait();
  const Finished doctor = Run({"doctor"});
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_THAT(doctor.output,
              EndsWith("FAIL  connect       127.0.0.1: Connection refused; check that the service "
                       "runs there, its --listen, and what filters between\n"));
  EXPECT_THAT(Run({"doctor", "--json"}).output, StartsWith("{\"ok\":false,"));
}

TEST_P(DoctorTest, AUnixSocketIsReachedAndOneThatIsNotThereIsNot) {
  const TemporaryFolder folder;
  const std::string url = "unix:" + folder.path() + "/cache.sock";
  EXPECT_THAT(Doctor({"--server", url}).output,
              AllOf(HasSubstr("FAIL  connect "), HasSubstr("No such file or directory")));
  const RunningServer server(GetParam(), {}, url);
  const Finished doctor = Doctor({"--server", url});
  EXPECT_EQ(doctor.exit_code, 0);
  EXPECT_THAT(doctor.output, HasSubstr("PASS  connect       " + url));
}

TEST_P(DoctorTest, AHostThatHasNoAddressFailsByItsName) {
  // Longer than a label of a name may be: no resolver is asked.
  const Finished doctor = Doctor({"--server", "grpc://" + std::string(64, 'a') + ":50051"});
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_THAT(doctor.output, ContainsRegex("\nFAIL  name  .*; check the host in the URL"));
}

TEST_P(DoctorTest, SettingsThatAreWrongAreTheFirstFinding) {
  const Finished url = Doctor({"--server", "http://cache"});
  EXPECT_EQ(url.exit_code, 1);
  EXPECT_THAT(url.output, MatchesRegex("FAIL  settings      --server: [^\n]*\n"));
  const Finished token = Doctor({"--token_file", "/nowhere"});
  EXPECT_EQ(token.exit_code, 1);
  EXPECT_THAT(token.output, MatchesRegex("FAIL  settings      --token_file: /nowhere[^\n]*\n"));
  EXPECT_THAT(Doctor({"--server", "http://cache", "--json"}).output, StartsWith("{\"ok\":false,"));
}

TEST_P(DoctorTest, ATokenThatWouldGoInTheClearIsASettingThatIsWrong) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/token";
  const std::string made = RunToEnd({"client/cachectl", "token", "new", "billing"}).output;
  std::ofstream(path) << made.substr(0, made.find('\n'));
  const Finished doctor = Doctor({"--server", "grpc://cache.example:50051", "--token_file", path});
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_THAT(doctor.output, AllOf(StartsWith("FAIL  settings "), HasSubstr("token")));
}

TEST_P(DoctorTest, ABackendThatIsAwayFailsByItsReadiness) {
  const RunningServer server(GetParam(),
                             {"--backend=redis", "--storage_url=redis://127.0.0.1:1/0"});
  const Finished doctor = Doctor({"--server", "grpc://" + server.address()});
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_THAT(doctor.output,
              AllOf(HasSubstr("FAIL  readiness     NOT_SERVING; its backend does not answer"),
                    HasSubstr("FAIL  read  "), Not(HasSubstr("round trip"))));
}

TEST_P(DoctorTest, AnAddressThatAnswersHealthAloneIsNotThatOfTheCache) {
  RunningServer server(GetParam(), {"--health_listen=127.0.0.1:0"});
  const std::string line = server.process().AwaitLine("health alone on ");
  const Finished doctor = Doctor({"--server", "grpc://" + line.substr(line.rfind(' ') + 1)});
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_THAT(doctor.output,
              AllOf(HasSubstr("PASS  readiness     SERVING\n"),
                    ContainsRegex("\nFAIL  read  .* has no such method; this is not the address of "
                                  "the cache, perhaps that of --health_listen; give that of "
                                  "--listen\n$")));
}

// A service that is well but for the calls of one method from one on, which get `status`.
class BrokenService {
 public:
  BrokenService(std::string method, int attempt, grpc::Status status)
      : method_(std::move(method)), attempt_(attempt), status_(std::move(status)) {}

  std::string Examine() {
    ScriptedServer server([this](const std::string& method, int attempt) {
      if (method == method_ && attempt >= attempt_) return Answer{status_};
      return WellAnswer(method, attempt);
    });
    const Finished doctor = Doctor({"--server", server.url(), "--json"});
    EXPECT_EQ(doctor.exit_code, 1) << doctor.output;
    return doctor.output;
  }

 private:
  static Answer WellAnswer(const std::string& method, int attempt) {
    // The field `status` of a HealthCheckResponse: SERVING.
    if (method == "Check") return {grpc::Status::OK, absl::Cord("\x08\x01")};
    if (method == "Get") {
      return {grpc::Status::OK, codec::EncodeGetResponse({.value = absl::Cord("another")})};
    }
    if (method == "Exists" && attempt > 1) {
      return {grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "key: is too long")};
    }
    if (method == "Exists") return {grpc::Status::OK, codec::EncodeExistsResponse({})};
    if (method == "Ping") return {grpc::Status::OK};
    return {grpc::Status::OK, codec::EncodeBoolResponse(true)};
  }

  const std::string method_;
  const int attempt_;
  const grpc::Status status_;
};

TEST_P(DoctorTest, EveryFailSaysWhatToDo) {
  const grpc::Status broken(grpc::StatusCode::INTERNAL, "broken");
  const std::vector<std::pair<std::string, int>> calls = {
      {"Check", 1}, {"Exists", 1}, {"Exists", 2}, {"Set", 1},
      {"Get", 1},   {"Delete", 1}, {"Ping", 1},   {"none of them: another value came back", 1}};
  for (const auto& [method, attempt] : calls) {
    const std::string findings = BrokenService(method, attempt, broken).Examine();
    EXPECT_THAT(findings, HasSubstr("\"FAIL\"")) << method;
    EXPECT_THAT(findings, Not(ContainsRegex("\"FAIL\"[^}]*\"fix\":\"\""))) << method;
  }
  EXPECT_THAT(Doctor({"--server", "http://cache", "--json"}).output,
              ContainsRegex("\"FAIL\"[^}]*\"fix\":\"see cachectl --help\""));
}

TEST_P(DoctorTest, WarnsOfABackendThatKeepsNothing) {
  const RunningServer server(GetParam(), {"--backend=none"});
  const Finished doctor = Doctor({"--server", "grpc://" + server.address()});
  EXPECT_EQ(doctor.exit_code, 0);
  EXPECT_THAT(doctor.output, HasSubstr("WARN  round trip    what was stored was not there"));
}

// One with access control, and a token of each role.
class GuardedDoctorTest : public TransportTest {
 protected:
  // The path of a token's file.
  std::string NewToken(const std::string& role) {
    const std::string made =
        RunToEnd({"client/cachectl", "token", "new", role, "--role", role}).output;
    const size_t end = made.find('\n');
    std::ofstream(folder_.path() + "/auth", std::ios::app) << made.substr(end + 1);
    std::ofstream(folder_.path() + "/" + role) << made.substr(0, end);
    return folder_.path() + "/" + role;
  }

  TemporaryFolder folder_;
  const std::string reader_ = NewToken("read");
  const std::string writer_ = NewToken("write");
  const RunningServer server_{GetParam(), {"--auth_file=" + folder_.path() + "/auth"}};
  const std::string url_ = "grpc://" + server_.address();
};

TEST_P(GuardedDoctorTest, WithoutATokenCredentialsFail) {
  const Finished doctor = Doctor({"--server", url_});
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_THAT(doctor.output, ContainsRegex("\nFAIL  credentials   .*--token_file"));
  EXPECT_THAT(doctor.output, Not(HasSubstr("round trip")));
}

TEST_P(GuardedDoctorTest, ARoleThatMayNotWriteSkipsTheRoundTrip) {
  const Finished doctor = Doctor({"--server", url_, "--token_file", reader_});
  EXPECT_EQ(doctor.exit_code, 0) << doctor.output;
  EXPECT_THAT(doctor.output,
              AllOf(HasSubstr("PASS  credentials   may read, with the token\n"),
                    HasSubstr("WARN  round trip    skipped: the role allows no writes\n"),
                    HasSubstr("PASS  limits "), Not(HasSubstr("clock"))));
}

TEST_P(GuardedDoctorTest, ARoleThatMayWriteGoesTheWholeWay) {
  const Finished doctor = Doctor({"--server", url_, "--token_file", writer_});
  EXPECT_EQ(doctor.exit_code, 0) << doctor.output;
  EXPECT_THAT(doctor.output, HasSubstr("PASS  round trip "));
}

class TlsDoctorTest : public TransportTest {
 protected:
  // What the doctor says of a service that shows a certificate.
  Finished Examine(const TestCertificates::Pair& pair, const TestCertificates& trusted) {
    const RunningServer server(GetParam(),
                               {"--tls_cert=" + pair.certificate, "--tls_key=" + pair.key});
    return Doctor({"--server", "grpcs://" + server.address(), "--tls_ca_file", trusted.ca()});
  }

  TestCertificates authority_;
};

TEST_P(TlsDoctorTest, PassesACertificateThatIsTrustedAndForTheHost) {
  const Finished doctor = Examine(authority_.Sign("server", "IP:127.0.0.1", 20), authority_);
  EXPECT_EQ(doctor.exit_code, 0) << doctor.output;
  EXPECT_THAT(doctor.output,
              AllOf(HasSubstr("PASS  TLS           TLSv1.3, "),
                    HasSubstr("PASS  authority     its signer is trusted"),
                    HasSubstr("PASS  names         it is for 127.0.0.1"),
                    HasSubstr("PASS  expiry        valid for "), HasSubstr("PASS  round trip ")));
}

TEST_P(TlsDoctorTest, WarnsOfACertificateThatExpiresSoon) {
  const Finished doctor = Examine(authority_.Sign("server", "IP:127.0.0.1", 10), authority_);
  EXPECT_EQ(doctor.exit_code, 0) << doctor.output;
  EXPECT_THAT(doctor.output, ContainsRegex("\nWARN  expiry        valid for (9|10) days more; "));
}

TEST_P(TlsDoctorTest, FailsOneThatHasExpired) {
  const Finished doctor = Examine(authority_.SignExpired("server", "IP:127.0.0.1"), authority_);
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_THAT(doctor.output, AllOf(HasSubstr("PASS  authority "),
                                   HasSubstr("FAIL  expiry        its certificate has expired; ")));
}

TEST_P(TlsDoctorTest, FailsOneForAnotherHost) {
  const Finished doctor =
      Examine(authority_.Sign("server", "DNS:cache.example,IP:127.0.0.2", 20), authority_);
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_THAT(doctor.output,
              AllOf(HasSubstr("PASS  authority "),
                    HasSubstr("FAIL  names         its certificate is not for 127.0.0.1; "),
                    Not(HasSubstr("readiness"))));
}

TEST_P(TlsDoctorTest, FailsASignerWhoIsNotTrusted) {
  const Finished doctor =
      Examine(authority_.Sign("server", "IP:127.0.0.1", 20), TestCertificates());
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_THAT(doctor.output, ContainsRegex("\nFAIL  authority     .*--tls_ca_file"));
}

TEST_P(TlsDoctorTest, SaysWhichOfTheTwoSpeaksNoTls) {
  const RunningServer in_the_clear(GetParam());
  const Finished over_tls = Doctor({"--server", "grpcs://" + in_the_clear.address()});
  EXPECT_EQ(over_tls.exit_code, 1);
  EXPECT_THAT(over_tls.output, ContainsRegex("\nFAIL  TLS           .*write grpc://"));
  const TestCertificates::Pair pair = authority_.Sign("server", "IP:127.0.0.1");
  const RunningServer server(GetParam(),
                             {"--tls_cert=" + pair.certificate, "--tls_key=" + pair.key});
  const Finished doctor = Doctor({"--server", "grpc://" + server.address()});
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_THAT(doctor.output, ContainsRegex("\nFAIL  readiness     .*write grpcs://"));
}

INSTANTIATE_TEST_SUITE_P(Over, DoctorTest, EveryTransport(), TransportName);
INSTANTIATE_TEST_SUITE_P(Over, GuardedDoctorTest, EveryTransport(), TransportName);
INSTANTIATE_TEST_SUITE_P(Over, TlsDoctorTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
