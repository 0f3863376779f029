// SPDX-License-Identifier: Apache-2.0
#include "service/flags.h"

#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using Environment = std::map<std::string, std::string>;

absl::StatusOr<ServerSettings> Read(std::vector<const char*> arguments,
                                    const Environment& environment = {}) {
  arguments.insert(arguments.begin(), "cache_server");
  return ReadSettings(static_cast<int>(arguments.size()), arguments.data(),
                      [&](const std::string& name) -> std::optional<std::string> {
                        const auto found = environment.find(name);
                        if (found == environment.end()) return std::nullopt;
                        return found->second;
                      });
}

TEST(FlagsTest, WithoutAnyItIsMemoryOnLoopback) {
  const auto settings = Read({});
  ASSERT_THAT(settings, IsOk());
  EXPECT_EQ(settings->cache.backend, Backend::kMemory);
  EXPECT_EQ(settings->cache.max_entries, 10'000);
  EXPECT_EQ(settings->cache.max_bytes, size_t{1} << 30);
  EXPECT_EQ(settings->cache.key_prefix, "cache:");
  EXPECT_EQ(settings->cache.limits.default_ttl, absl::Seconds(300));
  EXPECT_EQ(settings->cache.limits.max_ttl, absl::Hours(24 * 365));
  EXPECT_EQ(settings->cache.limits.max_key_bytes, 1024);
  EXPECT_EQ(settings->cache.limits.max_value_bytes, 1048576);
  EXPECT_EQ(settings->cache.limits.max_batch_keys, 1000);
  EXPECT_EQ(settings->server.max_batch_bytes, 4128768);
  EXPECT_THAT(settings->server.listen, ElementsAre("127.0.0.1:50051"));
  EXPECT_EQ(settings->server.transport, TransportKind::kGrpc);
  EXPECT_EQ(settings->server.threads, 0);
  EXPECT_EQ(settings->server.max_connections, 16'384);
  EXPECT_EQ(settings->server.max_connection_age, absl::InfiniteDuration());
  EXPECT_EQ(settings->cache.redis.max_calls, 10'000);
  EXPECT_EQ(settings->server.drain_delay, absl::ZeroDuration());
  EXPECT_EQ(settings->server.drain_timeout, absl::Seconds(10));
  EXPECT_EQ(settings->auth_file, "");
  EXPECT_TRUE(settings->tls.empty());
  EXPECT_THAT(settings->server.health_listen, IsEmpty());
  EXPECT_EQ(settings->server.unix_socket_mode, 0600);
  EXPECT_TRUE(settings->server.reflection);
  EXPECT_FALSE(settings->insecure_listen);
  EXPECT_EQ(settings->answer, std::nullopt);
}

TEST(FlagsTest, EverySettingHasAFlag) {
  const auto settings = Read({"--backend=none",
                              "--max_entries=5",
                              "--max_bytes=2MiB",
                              "--storage_url=redis://h/1",
                              "--key_prefix=p:",
                              "--default_ttl=90",
                              "--max_ttl=24h",
                              "--max_key_bytes=16",
                              "--max_value_bytes=4KiB",
                              "--max_batch_keys=7",
                              "--max_batch_bytes=2KiB",
                              "--listen=127.0.0.1:0,unix:/tmp/s",
                              "--transport=http2",
                              "--threads=3",
                              "--drain_delay=1.5",
                              "--drain_timeout=500ms",
                              "--auth_file=/etc/cache/auth",
                              "--tls_cert=c",
                              "--tls_key=k",
                              "--tls_client_ca=a",
                              "--tls_require_client_cert",
                              "--health_listen=0.0.0.0:1,[::]:2",
                              "--unix_socket_mode=0660",
                              "--reflection=false",
                              "--insecure_listen",
                              "--storage_url_file=u",
                              "--max_connections=9",
                              "--max_connection_age=1h",
                              "--redis_max_calls=8"});
  ASSERT_THAT(settings, IsOk());
  EXPECT_EQ(settings->cache.backend, Backend::kNone);
  EXPECT_EQ(settings->cache.storage_url_file, "u");
  EXPECT_EQ(settings->server.max_connections, 9);
  EXPECT_EQ(settings->server.max_connection_age, absl::Hours(1));
  EXPECT_EQ(settings->cache.redis.max_calls, 8);
  EXPECT_EQ(settings->cache.max_entries, 5);
  EXPECT_EQ(settings->cache.max_bytes, 2 << 20);
  EXPECT_EQ(settings->cache.storage_url, "redis://h/1");
  EXPECT_EQ(settings->cache.key_prefix, "p:");
  EXPECT_EQ(settings->cache.limits.default_ttl, absl::Seconds(90));
  EXPECT_EQ(settings->cache.limits.max_ttl, absl::Hours(24));
  EXPECT_EQ(settings->cache.limits.max_key_bytes, 16);
  EXPECT_EQ(settings->cache.limits.max_value_bytes, 4096);
  EXPECT_THAT(settings->server.listen, ElementsAre("127.0.0.1:0", "unix:/tmp/s"));
  EXPECT_EQ(settings->server.max_key_bytes, 16);
  EXPECT_EQ(settings->server.max_value_bytes, 4096);
  EXPECT_EQ(settings->cache.limits.max_batch_keys, 7);
  EXPECT_EQ(settings->server.max_batch_bytes, 2048);
  EXPECT_EQ(settings->server.transport, TransportKind::kHttp2);
  EXPECT_EQ(settings->server.threads, 3);
  EXPECT_EQ(settings->server.drain_delay, absl::Seconds(1.5));
  EXPECT_EQ(settings->server.drain_timeout, absl::Milliseconds(500));
  EXPECT_EQ(settings->auth_file, "/etc/cache/auth");
  EXPECT_EQ(settings->tls.certificate, "c");
  EXPECT_EQ(settings->tls.key, "k");
  EXPECT_EQ(settings->tls.client_ca, "a");
  EXPECT_TRUE(settings->tls.requires_client_certificate);
  EXPECT_THAT(settings->server.health_listen, ElementsAre("0.0.0.0:1", "[::]:2"));
  EXPECT_EQ(settings->server.unix_socket_mode, 0660);
  EXPECT_FALSE(settings->server.reflection);
  EXPECT_TRUE(settings->insecure_listen);
}

TEST(FlagsTest, TheEnvironmentHasTheFixedNames) {
  const auto settings = Read({}, {{"APP_CACHE_BACKEND", "none"},
                                  {"APP_CACHE_MAX_ENTRIES", "7"},
                                  {"APP_CACHE_MAX_BYTES", "8GiB"},
                                  {"APP_CACHE_STORAGE_URL", "redis://other"},
                                  {"APP_CACHE_KEY_PREFIX", ""},
                                  {"APP_CACHE_DEFAULT_TTL_SECONDS", "60"},
                                  {"APP_CACHE_MAX_TTL_SECONDS", "3600"},
                                  {"APP_CACHE_MAX_KEY_BYTES", "100"},
                                  {"APP_CACHE_MAX_VALUE_BYTES", "200"},
                                  {"APP_CACHE_LISTEN", "[::1]:7"},
                                  {"APP_CACHE_TRANSPORT", "http2"},
                                  {"APP_CACHE_THREADS", "2"},
                                  {"APP_CACHE_MAX_CONNECTIONS", "9"},
                                  {"APP_CACHE_AUTH_FILE", "auth"},
                                  {"APP_CACHE_TLS_CERT", "c"},
                                  {"APP_CACHE_TLS_KEY", "k"},
                                  {"APP_CACHE_TLS_CLIENT_CA", "a"},
                                  {"APP_CACHE_TLS_REQUIRE_CLIENT_CERT", "true"},
                                  {"APP_CACHE_HEALTH_LISTEN", "0.0.0.0:1"},
                                  {"APP_CACHE_UNIX_SOCKET_MODE", "660"},
                                  {"APP_CACHE_REFLECTION", "false"},
                                  {"APP_CACHE_INSECURE_LISTEN", "true"}});
  ASSERT_THAT(settings, IsOk());
  EXPECT_EQ(settings->cache.backend, Backend::kNone);
  EXPECT_EQ(settings->cache.max_entries, 7);
  EXPECT_EQ(settings->cache.max_bytes, size_t{8} << 30);
  EXPECT_EQ(settings->cache.storage_url, "redis://other");
  EXPECT_EQ(settings->cache.key_prefix, "");
  EXPECT_EQ(settings->cache.limits.default_ttl, absl::Seconds(60));
  EXPECT_EQ(settings->cache.limits.max_ttl, absl::Seconds(3600));
  EXPECT_EQ(settings->cache.limits.max_key_bytes, 100);
  EXPECT_EQ(settings->cache.limits.max_value_bytes, 200);
  EXPECT_THAT(settings->server.listen, ElementsAre("[::1]:7"));
  EXPECT_EQ(settings->server.transport, TransportKind::kHttp2);
  EXPECT_EQ(settings->server.threads, 2);
  EXPECT_EQ(settings->server.max_connections, 9);
  EXPECT_EQ(settings->auth_file, "auth");
  EXPECT_EQ(settings->tls.certificate, "c");
  EXPECT_EQ(settings->tls.key, "k");
  EXPECT_EQ(settings->tls.client_ca, "a");
  EXPECT_TRUE(settings->tls.requires_client_certificate);
  EXPECT_THAT(settings->server.health_listen, ElementsAre("0.0.0.0:1"));
  EXPECT_EQ(settings->server.unix_socket_mode, 0660);
  EXPECT_FALSE(settings->server.reflection);
  EXPECT_TRUE(settings->insecure_listen);
}

TEST(FlagsTest, EachTransportHasAName) {
  const auto grpc = Read({"--transport=grpc"}, {{"APP_CACHE_TRANSPORT", "http2"}});
  ASSERT_THAT(grpc, IsOk());
  EXPECT_EQ(grpc->server.transport, TransportKind::kGrpc);
  const auto http2 = Read({"--transport=http2"}, {{"APP_CACHE_TRANSPORT", "grpc"}});
  ASSERT_THAT(http2, IsOk());
  EXPECT_EQ(http2->server.transport, TransportKind::kHttp2);
}

TEST(FlagsTest, ATransportThatThereIsNotIsNamedWithThoseThatThereAre) {
  EXPECT_EQ(Read({"--transport=http3"}).status(),
            absl::InvalidArgumentError("--transport: got \"http3\"; takes http2 or grpc"));
  EXPECT_EQ(Read({}, {{"APP_CACHE_TRANSPORT", "HTTP2"}}).status(),
            absl::InvalidArgumentError("APP_CACHE_TRANSPORT: got \"HTTP2\"; takes http2 or grpc"));
}

TEST(FlagsTest, AFlagComesBeforeTheEnvironment) {
  const auto settings = Read({"--max_entries=1"}, {{"APP_CACHE_MAX_ENTRIES", "not even a number"}});
  ASSERT_THAT(settings, IsOk());
  EXPECT_EQ(settings->cache.max_entries, 1);
}

TEST(FlagsTest, ABadFlagIsNamedWithWhatItGotAndWhatItTakes) {
  EXPECT_THAT(Read({"--max_bytes=12x"}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(StartsWith("--max_bytes: got \"12x\"; takes "), HasSubstr("MiB"))));
}

TEST(FlagsTest, ABadEnvironmentValueIsNamedByItsVariable) {
  EXPECT_THAT(Read({}, {{"APP_CACHE_BACKEND", "disk"}}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       StartsWith("APP_CACHE_BACKEND: got \"disk\"; takes one of memory")));
}

TEST(FlagsTest, AServerIsNoClientOfAnother) {
  EXPECT_THAT(Read({"--backend=remote"}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(FlagsTest, WhatIsOutOfRangeIsRefused) {
  for (const char* flag : {"--max_entries=0",
                           "--max_entries=2147483648",
                           "--max_bytes=0",
                           "--max_bytes=",
                           "--max_bytes=-1",
                           "--max_bytes=99999999TiB",
                           "--default_ttl=0",
                           "--default_ttl=nan",
                           "--default_ttl=-5s",
                           "--default_ttl=inf",
                           "--max_ttl=1000000h",
                           "--max_key_bytes=65537",
                           "--max_value_bytes=1TiB",
                           "--max_batch_keys=0",
                           "--max_batch_keys=100001",
                           "--max_batch_bytes=0",
                           "--drain_timeout=25h",
                           "--drain_delay=-1",
                           "--listen=",
                           "--threads=0",
                           "--threads=1025",
                           "--threads=all",
                           "--max_connections=0",
                           "--max_connection_age=0",
                           "--max_connection_age=500ms",
                           "--redis_max_calls=0",
                           "--unix_socket_mode=0800",
                           "--unix_socket_mode=66",
                           "--unix_socket_mode=10600",
                           "--health_listen=",
                           "--reflection=no",
                           "--insecure_listen=1"}) {
    EXPECT_THAT(Read({flag}), StatusIs(absl::StatusCode::kInvalidArgument)) << flag;
  }
}

TEST(FlagsTest, AnAuthFileThatIsGivenEmptyIsNotNone) {
  EXPECT_THAT(Read({"--auth_file="}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("--auth_file: ")));
  EXPECT_EQ(
      Read({}, {{"APP_CACHE_AUTH_FILE", ""}}).status(),
      absl::InvalidArgumentError("APP_CACHE_AUTH_FILE: got \"\"; takes the path of an auth file"));
}

TEST(FlagsTest, AFileOfTlsThatIsGivenEmptyIsNotNone) {
  for (const char* flag : {"--tls_cert=", "--tls_key=", "--tls_client_ca="}) {
    EXPECT_THAT(Read({flag}), StatusIs(absl::StatusCode::kInvalidArgument)) << flag;
  }
}

TEST(FlagsTest, WhereOtherMachinesReachItThereIsEncryptionAndAccessControlOrConsent) {
  const auto with = [](std::vector<const char*> flags) {
    flags.push_back("--listen=127.0.0.1:1,[::]:50051");
    return Read(std::move(flags)).status();
  };
  const auto is_refused = [](const char* why) {
    return StatusIs(absl::StatusCode::kInvalidArgument,
                    AllOf(StartsWith("--listen: other machines reach [::]:50051, "), HasSubstr(why),
                          HasSubstr("--insecure_listen")));
  };
  EXPECT_THAT(with({}), is_refused("in the clear"));
  EXPECT_THAT(with({"--auth_file=a"}), is_refused("in the clear"));
  EXPECT_THAT(with({"--tls_cert=c", "--tls_key=k"}), is_refused("whoever they are"));
  EXPECT_THAT(with({"--tls_cert=c", "--tls_key=k", "--auth_file=a"}), IsOk());
  EXPECT_THAT(with({"--tls_cert=c", "--tls_key=k", "--tls_client_ca=a"}), IsOk());
  EXPECT_THAT(with({"--insecure_listen"}), IsOk());
}

TEST(FlagsTest, WhatOtherMachinesReachIsNamed) {
  const auto settings = Read({"--insecure_listen",
                              "--listen=127.9.9.9:1,localhost:2,[::1]:3,unix:/s,10.0.0.1:4,"
                              "cache.example.com:5,127.0.0.1.example.com:6,[::]:7,0.0.0.0:8"});
  ASSERT_THAT(settings, IsOk());
  EXPECT_THAT(ExposedAddresses(settings->server),
              ElementsAre("10.0.0.1:4", "cache.example.com:5", "127.0.0.1.example.com:6", "[::]:7",
                          "0.0.0.0:8"));
}

TEST(FlagsTest, AnUnknownFlagIsRefusedWithAWayOut) {
  EXPECT_THAT(Read({"--no_such_flag"}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--help")));
}

TEST(FlagsTest, HelpNamesEveryFlagItsDefaultAndItsVariable) {
  const auto settings = Read({"--help"});
  ASSERT_THAT(settings, IsOk());
  EXPECT_THAT(
      *settings->answer,
      AllOf(HasSubstr("--max_bytes"), HasSubstr("Default: 1GiB"), HasSubstr("Default: 8760h"),
            HasSubstr("Default: 127.0.0.1:50051"), HasSubstr("Default: 10s"),
            HasSubstr("Environment: APP_CACHE_MAX_BYTES"), HasSubstr("Examples:")));
}

TEST(FlagsTest, VersionIsOneLine) {
  const auto settings = Read({"--version"});
  ASSERT_THAT(settings, IsOk());
  EXPECT_THAT(*settings->answer, testing::MatchesRegex("cache_server [0-9.]+\n"));
}

}  // namespace
}  // namespace cachestore
