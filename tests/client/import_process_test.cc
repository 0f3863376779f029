// SPDX-License-Identifier: Apache-2.0

// cachectl import, where not all goes well.
#include <signal.h>

#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/cachectl_test.h"
#include "tests/client/scripted_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::MatchesRegex;
using testing::StartsWith;

// Against a server that takes values of up to 1000 bytes.
class ImportProcessTest : public CachectlTest {
 protected:
  ImportProcessTest() : CachectlTest({"--max_value_bytes=1000"}) {}

  void Write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_.path() + "/" + name, std::ios::binary) << bytes;
  }

  // Files 100, 101 and so on, each with its name in it.
  void WriteFiles(int count) {
    for (int i = 100; i < 100 + count; ++i) Write(absl::StrCat(i), absl::StrCat("file ", i));
  }

  void ExpectFilesStored(int count) {
    std::vector<std::string> get = {"mget"};
    std::string lines;
    for (int i = 100; i < 100 + count; ++i) {
      get.push_back(absl::StrCat("p/", i));
      absl::StrAppend(&lines, "p/", i, "\tfile ", i, "\n");
    }
    const Finished all = Run(get);
    EXPECT_EQ(all.exit_code, 0) << all.error;
    EXPECT_EQ(all.output, lines);
  }

  TemporaryFolder folder_;
};

TEST_P(ImportProcessTest, ARefusedFileTakesNoOtherOfItsBatchAlong) {
  WriteFiles(300);
  Write("150x", std::string(1001, 'x'));
  const Finished import = Run({"import", folder_.path(), "--prefix", "p/"});
  EXPECT_EQ(import.exit_code, 6);
  EXPECT_THAT(import.output,
              AllOf(StartsWith("imported 300 files, "), MatchesRegex(".*, 1 failed\n")));
  EXPECT_THAT(import.error, MatchesRegex("cachectl: import: 150x: value: [^\n]*\n"));
  ExpectFilesStored(300);
}

TEST_P(ImportProcessTest, InJsonItSumsUpInAnObject) {
  WriteFiles(3);
  const std::vector<std::string> import = {"import", folder_.path(), "--json"};
  const Finished all = Run(import);
  EXPECT_EQ(all.exit_code, 0);
  EXPECT_THAT(all.output, MatchesRegex("\\{\"complete\":true,\"files\":3,\"bytes\":24,"
                                       "\"seconds\":[0-9.e-]+,\"failed\":0\\}\n"));
  Write("too long", std::string(1001, 'x'));
  const Finished some = Run(import);
  EXPECT_EQ(some.exit_code, 6);
  EXPECT_THAT(some.output, MatchesRegex("\\{\"complete\":false,\"files\":3,.*\"failed\":1\\}\n"));
}

TEST_P(ImportProcessTest, EveryFileIsStoredHoweverFewAreInFlight) {
  WriteFiles(50);
  for (const char* in_flight : {"1", "3", "9", "65536"}) {
    EXPECT_EQ(Run({"clear", "--yes"}).exit_code, 0);
    const Finished import =
        Run({"import", folder_.path(), "--prefix", "p/", "--in_flight", in_flight});
    EXPECT_EQ(import.exit_code, 0) << import.error;
    EXPECT_THAT(import.output, StartsWith("imported 50 files, "));
    ExpectFilesStored(50);
  }
}

TEST_P(ImportProcessTest, FilesGoOneByOneToAServiceWithoutBatches) {
  ScriptedServer server([](const std::string& method, int /*attempt*/) {
    return ScriptedServer::Answer{method == "BatchSet"
                                      ? grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "no batches")
                                      : grpc::Status::OK};
  });
  WriteFiles(20);
  const Finished import =
      RunToEnd({"client/cachectl", "--server", server.url(), "import", folder_.path()});
  EXPECT_EQ(import.exit_code, 0) << import.error;
  EXPECT_EQ(server.Attempts("BatchSet"), 1);
  EXPECT_EQ(server.Attempts("Set"), 20);
}

TEST_P(ImportProcessTest, NoMoreFilesAreInFlightThanAskedFor) {
  ScriptedServer silent(
      [](const std::string& /*method*/, int /*attempt*/) { return std::nullopt; });
  WriteFiles(30);
  const Finished import = RunToEnd({"client/cachectl", "--server", silent.url(), "--timeout", "2s",
                                    "import", folder_.path(), "--in_flight", "8"});
  EXPECT_EQ(import.exit_code, 4);
  EXPECT_THAT(import.output, MatchesRegex("stopped after 0 files, .*, 8 failed\n"));
  EXPECT_EQ(silent.Attempts("BatchSet"), 4) << "of two files each";
}

TEST_P(ImportProcessTest, AServiceThatIsGoneEndsTheImportAndIsReportedOnce) {
  server_.Signal(SIGKILL);
  server_.Wait();
  WriteFiles(30);
  const Finished import = Run({"import", folder_.path(), "--in_flight", "8"});
  EXPECT_EQ(import.exit_code, 3);
  EXPECT_THAT(import.output, StartsWith("stopped after 0 files, "));
  EXPECT_THAT(import.error, MatchesRegex("cachectl: import: 10[0-9]: [^\n]*\n"));
}

INSTANTIATE_TEST_SUITE_P(Over, ImportProcessTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
