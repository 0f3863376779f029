// SPDX-License-Identifier: Apache-2.0

// Plays tests/contract/cases against what C++ has: the memory store, and the client over each
// transport of a service that is a process of its own. Each case is a test.
#include "tests/contract/contract.h"

#include <cctype>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/remote_cache_store.h"
#include "gtest/gtest.h"
#include "stores/settings.h"
#include "stores/store_factory.h"
#include "tests/contract/player.h"
#include "tests/service/running_server.h"

namespace cachestore::contract {
namespace {

// A store with the settings of a Contract.
class OpenStore {
 public:
  virtual ~OpenStore() = default;
  virtual CacheStore& store() = 0;
};

class StoreInProcess final : public OpenStore {
 public:
  explicit StoreInProcess(const Contract& contract) {
    CacheSettings settings;
    settings.backend = Backend::kMemory;
    const auto flags = [&](const std::string& name) -> std::optional<std::string> {
      const auto setting = contract.settings().find(name);
      return setting == contract.settings().end() ? std::nullopt
                                                  : std::make_optional(setting->second);
    };
    const auto backends = {Backend::kNone, Backend::kMemory, Backend::kRedis};
    const absl::Status status = Resolve(SettingsOf(settings, backends), flags,
                                        [](const std::string&) { return std::nullopt; });
    EXPECT_TRUE(status.ok()) << status;
    store_ = CreateStore(settings).value();
  }

  CacheStore& store() override { return *store_; }

 private:
  std::unique_ptr<CacheStore> store_;
};

class StoreBehindService final : public OpenStore {
 public:
  StoreBehindService(const Contract& contract, TransportKind transport)
      : server_(transport, FlagsOf(contract)),
        store_(
            RemoteCacheStore::Create({.url = absl::StrCat("grpc://", server_.address())}).value()) {
  }

  CacheStore& store() override { return *store_; }

 private:
  static std::vector<std::string> FlagsOf(const Contract& contract) {
    std::vector<std::string> flags;
    for (const auto& [name, value] : contract.settings()) {
      flags.push_back(absl::StrCat("--", name, "=", value));
    }
    return flags;
  }

  RunningServer server_;
  std::unique_ptr<CacheStore> store_;
};

using Opener = std::function<std::unique_ptr<OpenStore>(const Contract& contract)>;

class CaseTest : public testing::Test {
 public:
  CaseTest(const Contract& contract, const Case& played, Opener open)
      : contract_(contract), case_(played), open_(std::move(open)) {}

  void TestBody() override {
    const std::unique_ptr<OpenStore> opened = open_(contract_);
    EXPECT_TRUE(Play(case_, opened->store())) << case_.name();
  }

 private:
  const Contract& contract_;
  const Case& case_;
  const Opener open_;
};

// "An empty value is a hit" as the name of a test: AnEmptyValueIsAHit.
std::string NameOf(const std::string& sentence) {
  std::string name;
  bool begins_word = true;
  for (const char character : sentence) {
    const auto letter = static_cast<unsigned char>(character);
    if (std::isalnum(letter) != 0) {
      name.push_back(begins_word ? static_cast<char>(std::toupper(letter)) : character);
    }
    begins_word = std::isalnum(letter) == 0;
  }
  return name;
}

void RegisterCases(const std::string& where, const Opener& open) {
  static const std::vector<Contract>& contracts = *new std::vector<Contract>(ReadContracts());
  for (const Contract& contract : contracts) {
    const std::string suite = absl::StrCat(where, "_", NameOf(contract.title()));
    for (const Case& played : contract.cases()) {
      testing::RegisterTest(suite.c_str(), NameOf(played.name()).c_str(), nullptr, nullptr,
                            __FILE__, __LINE__, [&contract, &played, open]() -> testing::Test* {
                              return new CaseTest(contract, played, open);
                            });
    }
  }
}

Opener BehindService(TransportKind transport) {
  return [transport](const Contract& contract) {
    return std::make_unique<StoreBehindService>(contract, transport);
  };
}

}  // namespace

void RegisterAll() {
  RegisterCases("InProcess", [](const Contract& contract) {
    return std::make_unique<StoreInProcess>(contract);
  });
  RegisterCases("OverGrpc", BehindService(TransportKind::kGrpc));
  RegisterCases("OverHttp2", BehindService(TransportKind::kHttp2));
}

}  // namespace cachestore::contract

int main(int count, char** arguments) {
  testing::InitGoogleTest(&count, arguments);
  cachestore::contract::RegisterAll();
  return RUN_ALL_TESTS();
}
