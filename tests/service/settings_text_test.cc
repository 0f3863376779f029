// SPDX-License-Identifier: Apache-2.0
#include "service/settings_text.h"

#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/flags.h"
#include "stores/store_factory.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::Not;

ServerSettings Read(const std::vector<std::string>& flags) {
  std::vector<const char*> arguments = {"cache_server"};
  for (const std::string& flag : flags) arguments.push_back(flag.c_str());
  return ReadSettings(static_cast<int>(arguments.size()), arguments.data(),
                      [](const std::string&) { return std::nullopt; })
      .value();
}

std::map<std::string, std::string> Texts(const std::vector<std::string>& flags) {
  const ServerSettings settings = Read(flags);
  const std::string url = ReadStorageUrl(settings.cache).value();
  const SettingTexts texts = TextsOf(settings, StorageUrlToShow(url));
  return {texts.begin(), texts.end()};
}

TEST(SettingsTextTest, EachFlagIsThere) {
  std::set<std::string> flags;
  const std::string help = Read({"--help"}).answer.value();
  const std::regex flag("\n +--([a-z_]+)");
  for (std::sregex_iterator found(help.begin(), help.end(), flag), end; found != end; ++found) {
    flags.insert((*found)[1]);
  }
  for (const char* name : {"help", "version"}) flags.erase(name);
  EXPECT_GT(flags.size(), 40) << help;
  std::set<std::string> shown;
  for (const char* backend : {"--backend=memory", "--backend=redis"}) {
    for (const auto& [name, text] : Texts({backend})) {
      EXPECT_NE(text, "") << name;
      shown.insert(name);
    }
  }
  EXPECT_THAT(shown, ElementsAreArray(flags));
}

TEST(SettingsTextTest, NotableAreThoseOfTheStoreAndWhatIsNotAsByDefault) {
  const auto names_of = [](const std::vector<std::string>& flags) {
    std::vector<std::string> names;
    for (const auto& [name, text] : NotableTextsOf(Read(flags), "")) names.push_back(name);
    return names;
  };
  const std::vector<std::string> by_default = names_of({});
  EXPECT_THAT(by_default,
              ElementsAre("backend", "max_entries", "max_bytes", "max_key_bytes", "max_value_bytes",
                          "max_batch_keys", "max_batch_bytes", "default_ttl", "max_ttl"));
  std::vector<std::string> with_more = by_default;
  with_more.insert(with_more.end(), {"transport", "drain_delay"});
  EXPECT_EQ(names_of({"--transport=http2", "--drain_delay=5s", "--drain_timeout=10s"}), with_more);
}

TEST(SettingsTextTest, TheyAreAsTheyWereGiven) {
  auto texts = Texts({"--transport=http2", "--listen=127.0.0.1:1,unix:/run/c.sock", "--threads=3",
                      "--max_bytes=64MiB", "--drain_delay=5s", "--slow_call=none",
                      "--log_level=warning", "--auth_file=/etc/cache/auth", "--tls_cert=cert.pem",
                      "--tls_key=key.pem", "--call_metrics=false", "--metrics_listen=9464"});
  const std::map<std::string, std::string> expected = {{"backend", "memory"},
                                                       {"transport", "http2"},
                                                       {"listen", "127.0.0.1:1, unix:/run/c.sock"},
                                                       {"threads", "3"},
                                                       {"max_bytes", "64MiB"},
                                                       {"max_ttl", "8760h"},
                                                       {"drain_delay", "5s"},
                                                       {"drain_timeout", "10s"},
                                                       {"slow_call", "none"},
                                                       {"log_level", "warning"},
                                                       {"auth_file", "/etc/cache/auth"},
                                                       {"tls_cert", "cert.pem"},
                                                       {"tls_client_ca", "none"},
                                                       {"call_metrics", "false"},
                                                       {"metrics_listen", "127.0.0.1:9464"},
                                                       {"unix_socket_mode", "0600"}};
  for (const auto& [name, text] : expected) EXPECT_EQ(texts[name], text) << name;
}

TEST(SettingsTextTest, OfTheStorageItsPlaceIsShownAndNoPassword) {
  const std::map<std::string, std::string> shown = {
      {"redis://user:hunter2@10.0.0.7:6380/2", "redis://10.0.0.7:6380/2"},
      {"unix://:hunter2@/run/redis.sock?db=1", "unix:///run/redis.sock?db=1"},
      {"rediss+cluster://user:hunter2@a,b:6379", "rediss+cluster://a,b:6379"},
      {"redis+sentinel://:hunter2@a:26379/master/0?sentinel_user=user&sentinel_password=hunter2",
       "redis+sentinel://a:26379/master/0"}};
  for (const auto& [url, expected] : shown) {
    auto texts = Texts({"--backend=redis", "--storage_url=" + url});
    EXPECT_EQ(texts["storage_url"], expected);
    for (const auto& [name, text] : texts) EXPECT_THAT(text, Not(HasSubstr("hunter2"))) << name;
  }
  EXPECT_EQ(Texts({"--backend=redis"})["storage_url"], "redis://127.0.0.1:6379/0");
}

TEST(SettingsTextTest, SoItIsOfAUrlThatStandsInAFile) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/url";
  const std::vector<std::string> flags = {"--backend=redis", "--storage_url_file=" + path};
  std::ofstream(path) << "redis://user:hunter2@10.0.0.7:6380\n";
  EXPECT_EQ(Texts(flags)["storage_url"], "redis://10.0.0.7:6380/0");
  EXPECT_EQ(Texts(flags)["storage_url_file"], path);
}

}  // namespace
}  // namespace cachestore
