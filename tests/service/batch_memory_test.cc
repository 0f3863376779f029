// SPDX-License-Identifier: Apache-2.0

// What a server keeps of a million values that came in batches: no more than it accounts for, and
// nothing of the requests that brought them.
#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "protos/batch.grpc.pb.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/resident_bytes.h"

namespace cachestore {
namespace {

using BatchMemoryTest = TransportTest;

constexpr int kBatches = 1'000;
constexpr int kEntriesPerBatch = 1'000;

// One in ten is so large that a part of the request would be kept rather than copied.
size_t ValueBytes(int entry) { return entry % 10 == 0 ? 600 : 64; }

std::string KeyOf(int batch, int entry) { return absl::StrCat("key:", batch, ":", entry); }

TEST_P(BatchMemoryTest, AMillionValuesTakeWhatIsAccountedForThem) {
  RunningServer server(GetParam(), {"--max_entries=2000000", "--max_bytes=4GiB"});
  const auto stub = v1::CacheBatch::NewStub(server.channel());
  const size_t before = ResidentBytes(server.process().pid());
  size_t accounted = 0;
  for (int batch = 0; batch < kBatches; ++batch) {
    v1::BatchSetRequest request;
    for (int i = 0; i < kEntriesPerBatch; ++i) {
      v1::SetRequest& entry = *request.add_entries();
      entry.set_key(KeyOf(batch, i));
      entry.set_value(std::string(ValueBytes(i), 'v'));
      accounted += MemoryCacheStore::EntryBytes(entry.key().size(), ValueBytes(i));
    }
    grpc::ClientContext context;
    v1::BatchSetResponse response;
    ASSERT_TRUE(stub->BatchSet(&context, request, &response).ok());
    ASSERT_EQ(response.results_size(), kEntriesPerBatch);
  }
  const size_t kept = ResidentBytes(server.process().pid()) - before;
  // The requests were two thirds as large as what is accounted.
  RecordProperty("kept", absl::StrCat(kept));
  RecordProperty("accounted", absl::StrCat(accounted));
  EXPECT_LT(kept, accounted + accounted / 4);
  EXPECT_GT(kept, accounted / 2) << "the values are not there";
}

INSTANTIATE_TEST_SUITE_P(Over, BatchMemoryTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
