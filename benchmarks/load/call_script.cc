// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/call_script.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "benchmarks/load/workload.h"
#include "protos/batch_codec.h"
#include "protos/cache_codec.h"

namespace cachestore {
namespace {

struct Entry {
  std::string key;
  std::string value;
};

// The entries of each call.
std::vector<std::vector<Entry>> EntriesOfCalls(const ScriptOptions& options) {
  const bool is_batch = options.operation == ScriptedOperation::kBatchGet ||
                        options.operation == ScriptedOperation::kBatchSet;
  const size_t entries_a_call = is_batch ? kBatchKeys : 1;
  const size_t calls = (options.keys + entries_a_call - 1) / entries_a_call;
  const Workload workload(LoadOperation::kGetHit, calls * entries_a_call, options.value_bytes);
  std::vector<std::vector<Entry>> all(calls);
  for (size_t number = 0; number < workload.keys(); ++number) {
    std::string value = workload.NewValue();
    workload.WriteValue(number, value);
    all[number / entries_a_call].push_back({workload.Key(number), std::move(value)});
  }
  return all;
}

// A message as gRPC sends it: not compressed, its size before it.
absl::Cord Framed(absl::Cord message) {
  std::string prefix(1, '\0');
  for (const int shift : {24, 16, 8, 0}) {
    prefix.push_back(static_cast<char>(message.size() >> shift));
  }
  message.Prepend(prefix);
  return message;
}

absl::string_view PathOf(ScriptedOperation operation) {
  switch (operation) {
    case ScriptedOperation::kGet:
      return "/cachestore.v1.CacheStore/Get";
    case ScriptedOperation::kSet:
      return "/cachestore.v1.CacheStore/Set";
    case ScriptedOperation::kBatchGet:
      return "/cachestore.v1.CacheBatch/BatchGet";
    case ScriptedOperation::kBatchSet:
      break;
  }
  return "/cachestore.v1.CacheBatch/BatchSet";
}

codec::SetRequest SetOf(const Entry& entry) {
  return {.key = entry.key, .value = absl::Cord(entry.value)};
}

absl::Cord GrpcRequest(ScriptedOperation operation, const std::vector<Entry>& entries) {
  switch (operation) {
    case ScriptedOperation::kGet:
      return codec::EncodeGetRequest({.key = entries.front().key});
    case ScriptedOperation::kSet:
      return codec::EncodeSetRequest(SetOf(entries.front()));
    case ScriptedOperation::kBatchGet: {
      std::vector<absl::string_view> keys;
      for (const Entry& entry : entries) keys.emplace_back(entry.key);
      return codec::EncodeBatchKeysRequest(keys);
    }
    case ScriptedOperation::kBatchSet:
      break;
  }
  std::vector<codec::SetRequest> sets;
  for (const Entry& entry : entries) sets.push_back(SetOf(entry));
  return codec::EncodeBatchSetRequest(sets);
}

absl::Cord GrpcReply(ScriptedOperation operation, const std::vector<Entry>& entries) {
  switch (operation) {
    case ScriptedOperation::kGet:
      return codec::EncodeGetResponse({.value = absl::Cord(entries.front().value)});
    case ScriptedOperation::kSet:
      return codec::EncodeBoolResponse(true);
    case ScriptedOperation::kBatchGet: {
      codec::BatchGetResults results;
      for (const Entry& entry : entries) results.push_back(absl::Cord(entry.value));
      return codec::EncodeBatchGetResponse(results, std::numeric_limits<size_t>::max());
    }
    case ScriptedOperation::kBatchSet:
      break;
  }
  return codec::EncodeBatchBoolResponse(codec::BatchBoolResults(entries.size(), true));
}

// RESP's forms (https://redis.io/docs/reference/protocol-spec).
std::string Bulk(absl::string_view bytes) {
  return absl::StrCat("$", bytes.size(), "\r\n", bytes, "\r\n");
}

std::string ArrayOf(size_t size) { return absl::StrCat("*", size, "\r\n"); }

CallScript::Exchange RespExchange(ScriptedOperation operation, const std::vector<Entry>& entries) {
  std::string request;
  std::string reply;
  if (operation == ScriptedOperation::kBatchGet) {
    absl::StrAppend(&request, ArrayOf(1 + entries.size()), Bulk("MGET"));
    absl::StrAppend(&reply, ArrayOf(entries.size()));
  }
  for (const Entry& entry : entries) {
    switch (operation) {
      case ScriptedOperation::kGet:
        absl::StrAppend(&request, ArrayOf(2), Bulk("GET"), Bulk(entry.key));
        absl::StrAppend(&reply, Bulk(entry.value));
        break;
      case ScriptedOperation::kBatchGet:
        absl::StrAppend(&request, Bulk(entry.key));
        absl::StrAppend(&reply, Bulk(entry.value));
        break;
      case ScriptedOperation::kSet:
      case ScriptedOperation::kBatchSet:
        absl::StrAppend(&request, ArrayOf(3), Bulk("SET"), Bulk(entry.key), Bulk(entry.value));
        absl::StrAppend(&reply, "+OK\r\n");
        break;
    }
  }
  return {absl::Cord(std::move(request)), std::move(reply)};
}

}  // namespace

CallScript GrpcScript(const ScriptOptions& options) {
  CallScript script;
  script.path = std::string(PathOf(options.operation));
  for (const std::vector<Entry>& entries : EntriesOfCalls(options)) {
    script.exchanges.push_back(
        {.request = Framed(GrpcRequest(options.operation, entries)),
         .reply = std::string(Framed(GrpcReply(options.operation, entries)))});
  }
  return script;
}

CallScript RespScript(const ScriptOptions& options) {
  CallScript script;
  for (const std::vector<Entry>& entries : EntriesOfCalls(options)) {
    script.exchanges.push_back(RespExchange(options.operation, entries));
  }
  return script;
}

}  // namespace cachestore
