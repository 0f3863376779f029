// SPDX-License-Identifier: Apache-2.0

// Who may call what, and which entries they see.
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "gtest/gtest.h"
#include "tests/service/guarded_server.h"
#include "tests/service/leak_search.h"
#include "tests/service/transport_test.h"
#include "tests/testing/seeds.h"

namespace cachestore {
namespace {

using grpc::StatusCode;
using testing::AllOf;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// What the documents promise of each method; nullopt: not even a credential is needed.
const std::map<std::string, std::optional<Role>>& PromisedRoles() {
  static const auto* const roles = new std::map<std::string, std::optional<Role>>{
      {"/cachestore.v1.CacheStore/Get", Role::kRead},
      {"/cachestore.v1.CacheStore/Exists", Role::kRead},
      {"/cachestore.v1.CacheStore/Ping", Role::kRead},
      {"/cachestore.v1.CacheStore/Set", Role::kWrite},
      {"/cachestore.v1.CacheStore/Delete", Role::kWrite},
      {"/cachestore.v1.CacheStore/Clear", Role::kAdmin},
      {"/cachestore.v1.CacheStore/Close", Role::kAdmin},
      {"/cachestore.v1.CacheBatch/BatchGet", Role::kRead},
      {"/cachestore.v1.CacheBatch/BatchExists", Role::kRead},
      {"/cachestore.v1.CacheBatch/BatchSet", Role::kWrite},
      {"/cachestore.v1.CacheBatch/BatchDelete", Role::kWrite},
      {"/cachestore.v1.CacheCounter/Increment", Role::kWrite},
      {"/cachestore.v1.CacheAdmin/Stats", Role::kAdmin},
      {"/grpc.health.v1.Health/Check", std::nullopt},
      {"/grpc.health.v1.Health/Watch", std::nullopt},
      {"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", std::nullopt},
      {"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", std::nullopt},
  };
  return *roles;
}

class AccessTest : public TransportTest {
 protected:
  const Caller reader_ = NewCaller("reader", Role::kRead, "one");
  const Caller writer_ = NewCaller("writer", Role::kWrite, "one");
  const Caller admin_ = NewCaller("admin", Role::kAdmin, "one");
  const Caller other_ = NewCaller("other", Role::kAdmin, "two");
  GuardedServer server_{GetParam(),
                        absl::StrCat(reader_.line, writer_.line, admin_.line, other_.line)};
};

// A service that is added later has its rules here, or this fails.
TEST_P(AccessTest, EveryServiceThatReflectionNamesHasItsRules) {
  const auto stub = grpc::reflection::v1::ServerReflection::NewStub(server_.server().channel());
  grpc::ClientContext context;
  const auto stream = stub->ServerReflectionInfo(&context);
  grpc::reflection::v1::ServerReflectionRequest request;
  request.set_list_services("");
  ASSERT_TRUE(stream->Write(request));
  grpc::reflection::v1::ServerReflectionResponse response;
  ASSERT_TRUE(stream->Read(&response));
  std::set<std::string> named;
  for (const auto& service : response.list_services_response().service()) {
    named.insert(service.name());
  }
  std::set<std::string> promised;
  for (const auto& [path, role] : PromisedRoles()) {
    promised.insert(path.substr(1, path.rfind('/') - 1));
  }
  EXPECT_EQ(named, promised);
}

TEST_P(AccessTest, EveryMethodIsForItsRoleAndForGreaterOnes) {
  EXPECT_EQ(server_.methods().size(), PromisedRoles().size());
  for (const Method& method : server_.methods()) {
    const auto promised = PromisedRoles().find(method.path);
    ASSERT_NE(promised, PromisedRoles().end()) << method.path << " is promised to nobody";
    const std::optional<Role> needed = promised->second;
    for (const auto& [role, caller] :
         {std::pair{Role::kRead, &reader_}, {Role::kWrite, &writer_}, {Role::kAdmin, &admin_}}) {
      SCOPED_TRACE(absl::StrCat(method.path, " by ", RoleName(role)));
      const grpc::Status status = server_.Knock(method.path, caller->authorization);
      if (needed.has_value() && role < *needed) {
        EXPECT_EQ(status.error_code(), StatusCode::PERMISSION_DENIED);
        EXPECT_THAT(status.error_message(),
                    StartsWith(absl::StrCat(method.path, ": needs the role ", RoleName(*needed),
                                            "; yours is ", RoleName(role))));
      } else {
        // Without a key in it, the call of one who is let in may be wrong.
        EXPECT_THAT(status.error_code(), AnyOf(StatusCode::OK, StatusCode::INVALID_ARGUMENT))
            << status.error_message();
      }
    }
  }
}

TEST_P(AccessTest, WithoutACredentialThereIsHealthAndReflection) {
  for (const Method& method : server_.methods()) {
    SCOPED_TRACE(method.path);
    const grpc::Status status = server_.Knock(method.path, std::nullopt);
    if (!PromisedRoles().at(method.path).has_value()) {
      EXPECT_TRUE(status.ok()) << status.error_message();
    } else {
      EXPECT_EQ(status.error_code(), StatusCode::UNAUTHENTICATED);
      EXPECT_THAT(status.error_message(), StartsWith("authorization: is not there; send Bearer"));
    }
  }
}

TEST_P(AccessTest, AWrongCredentialIsUnauthenticatedForEveryMethod) {
  // As if another had the name, and one of nobody.
  const Caller impostor = NewCaller("reader", Role::kAdmin, "one");
  const Caller stranger = NewCaller("stranger", Role::kAdmin, "one");
  const std::string cut = admin_.authorization.substr(0, admin_.authorization.size() - 1);
  const std::string token = admin_.authorization.substr(std::string("Bearer ").size());
  for (const Method& method : server_.methods()) {
    if (!PromisedRoles().at(method.path).has_value()) continue;
    for (const std::string& wrong : {impostor.authorization, stranger.authorization, cut, token,
                                     "Basic " + token, std::string("Bearer")}) {
      const grpc::Status status = server_.Knock(method.path, wrong);
      EXPECT_EQ(status.error_code(), StatusCode::UNAUTHENTICATED) << method.path << " " << wrong;
      EXPECT_THAT(status.error_message(), StartsWith("authorization: ")) << method.path;
    }
  }
}

TEST_P(AccessTest, AWrongCredentialDoesNotCloseHealth) {
  EXPECT_TRUE(server_.Knock("/grpc.health.v1.Health/Check", "Bearer nobody").ok());
}

TEST_P(AccessTest, CloseDoesNothingForWhoMayNot) {
  server_.Knock("/cachestore.v1.CacheStore/Close", std::nullopt);
  server_.Knock("/cachestore.v1.CacheStore/Close", writer_.authorization);
  EXPECT_EQ(server_.server().close_calls(), 0);
}

TEST_P(AccessTest, ATouchNeedsTheRoleWrite) {
  ASSERT_TRUE(server_.Set(writer_, "key", "value").ok());
  const auto cache = server_.server().cache();
  for (const auto& [caller, code] :
       {std::pair{&reader_, StatusCode::PERMISSION_DENIED}, {&writer_, StatusCode::OK}}) {
    v1::GetRequest get;
    get.set_key("key");
    get.mutable_touch()->set_seconds(60);
    v1::GetResponse value;
    grpc::ClientContext get_context;
    get_context.AddMetadata("authorization", caller->authorization);
    const grpc::Status got = cache->Get(&get_context, get, &value);
    EXPECT_EQ(got.error_code(), code) << got.error_message();

    v1::ExistsRequest exists;
    exists.set_key("key");
    exists.mutable_touch()->set_seconds(60);
    v1::ExistsResponse answer;
    grpc::ClientContext exists_context;
    exists_context.AddMetadata("authorization", caller->authorization);
    const grpc::Status found = cache->Exists(&exists_context, exists, &answer);
    EXPECT_EQ(found.error_code(), code) << found.error_message();
    if (code == StatusCode::OK) continue;
    for (const grpc::Status& status : {got, found}) {
      EXPECT_THAT(status.error_message(), StartsWith("touch: needs the role write; yours is read"));
    }
  }
}

TEST_P(AccessTest, ThoseOfOneNamespaceShareItsEntries) {
  ASSERT_TRUE(server_.Set(writer_, "key", "value").ok());
  EXPECT_EQ(server_.Get(reader_, "key"), "value");
  EXPECT_EQ(server_.Get(other_, "key"), std::nullopt);
}

TEST_P(AccessTest, ClearRemovesOnesOwnEntriesAlone) {
  ASSERT_TRUE(server_.Set(admin_, "key", "1").ok());
  ASSERT_TRUE(server_.Set(other_, "key", "2").ok());
  ASSERT_TRUE(server_.Clear(admin_).ok());
  EXPECT_EQ(server_.Get(admin_, "key"), std::nullopt);
  EXPECT_EQ(server_.Get(other_, "key"), "2");
}

// Each sees what it would see if it were alone.
TEST_P(AccessTest, ANamespaceIsNotChangedByWhatIsDoneInAnother) {
  for (const uint32_t seed : TestSeeds()) {
    SearchForLeaks(server_.CallsOfCaller(admin_), server_.CallsOfCaller(other_), seed, 200);
  }
}

TEST_P(AccessTest, AChangedFileTakesEffectAtOnce) {
  const Caller newcomer = NewCaller("newcomer", Role::kWrite, "three");
  EXPECT_EQ(server_.Set(newcomer, "key", "3").error_code(), StatusCode::UNAUTHENTICATED);
  server_.ReplaceAuthFile(absl::StrCat(newcomer.line, other_.line));
  EXPECT_TRUE(server_.Set(newcomer, "key", "3").ok());
  EXPECT_EQ(server_.Get(newcomer, "key"), "3");
  EXPECT_EQ(server_.Get(other_, "key"), std::nullopt);
  EXPECT_EQ(server_.Set(writer_, "key", "1").error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(server_.log(), ElementsAre("auth_file: read again, as it has changed"));
}

TEST_P(AccessTest, ABadFileIsRefusedWithItsLineAndTheOneBeforeStays) {
  server_.ReplaceAuthFile(absl::StrCat(reader_.line, "writer wrote one token:none\n"));
  EXPECT_TRUE(server_.Set(writer_, "key", "1").ok());
  EXPECT_THAT(server_.log(),
              ElementsAre(AllOf(StartsWith("auth_file: line 2: the second word is no role"),
                                HasSubstr("who could call still can"))));
}

TEST_P(AccessTest, ANamespaceThatComesBackHasItsEntriesStill) {
  ASSERT_TRUE(server_.Set(writer_, "key", "1").ok());
  server_.ReplaceAuthFile(other_.line);
  server_.ReplaceAuthFile(writer_.line);
  EXPECT_EQ(server_.Get(writer_, "key"), "1");
}

// What one tenant stores evicts nothing of another's, however much it is.
TEST_P(AccessTest, ANoisyNamespaceEvictsItsOwnEntriesAlone) {
  const Caller quiet = NewCaller("quiet", Role::kWrite, "quiet");
  const Caller noisy = NewCaller("noisy", Role::kWrite, "noisy");
  GuardedServer server(GetParam(), absl::StrCat(quiet.line, noisy.line,
                                                "namespace noisy max_entries=10\n"
                                                "namespace quiet max_entries=20\n"));
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(server.Set(quiet, absl::StrCat(i), "quiet").ok());
  }
  int left = 0;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(server.Set(noisy, absl::StrCat(i), "noisy").ok());
  for (int i = 0; i < 100; ++i) left += server.Get(noisy, absl::StrCat(i)).has_value() ? 1 : 0;
  EXPECT_EQ(left, 10);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(server.Get(quiet, absl::StrCat(i)), "quiet");
}

INSTANTIATE_TEST_SUITE_P(Over, AccessTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
