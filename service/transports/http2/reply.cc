// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/reply.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/transports/http2/message_reader.h"
#include "service/transports/http2/percent_encoding.h"

namespace cachestore::http2 {
namespace {

Fields Joined(Fields fields, const Fields& more) {
  std::ranges::copy(more, std::back_inserter(fields));
  return fields;
}

}  // namespace

const Fields& ReplyHead() {
  static const auto* const head =
      new Fields({{":status", "200"}, {"content-type", "application/grpc"}});
  return *head;
}

Fields ReplyHead(const Fields& metadata) { return Joined(ReplyHead(), metadata); }

absl::Cord Framed(absl::Cord message) {
  const auto prefix = MessagePrefix(message.size());
  absl::Cord framed(absl::string_view(prefix.data(), prefix.size()));
  framed.Append(std::move(message));
  return framed;
}

absl::Status TooMuchUnsent() {
  return absl::ResourceExhaustedError(
      "too many large replies wait for their callers to read them; read faster, or ask for less at "
      "a time");
}

Fields Trailers(const absl::Status& status, const Fields& metadata) {
  Fields trailers;
  // What is not canonical is unknown.
  trailers.push_back({"grpc-status", absl::StrCat(static_cast<int>(status.code()))});
  if (!status.message().empty()) {
    trailers.push_back({"grpc-message", PercentEncode(status.message())});
  }
  return Joined(std::move(trailers), metadata);
}

Fields TrailersOnly(const absl::Status& status, const Fields& initial_metadata,
                    const Fields& trailing_metadata) {
  return Joined(ReplyHead(initial_metadata), Trailers(status, trailing_metadata));
}

Fields UnknownEncoding(const absl::Status& status) {
  return TrailersOnly(status, {{"grpc-accept-encoding", "identity"}});
}

Fields HttpError(int status) {
  return {{":status", absl::StrCat(status)}, {"allow", "POST"}, {"content-type", "text/plain"}};
}

std::string HttpErrorText() {
  return "This is a gRPC service: call it with a gRPC client. Such a call is a POST with the "
         "content-type application/grpc.\n";
}

std::string NotHttp2() {
  const std::string text =
      "This is a gRPC service. It speaks HTTP/2 with prior knowledge, and not HTTP/1.1: call it "
      "with a gRPC client.\n";
  return absl::StrCat(
      "HTTP/1.1 505 HTTP Version Not Supported\r\ncontent-type: text/plain\r\ncontent-length: ",
      text.size(), "\r\nconnection: close\r\n\r\n", text);
}

std::string NotHttp() {
  constexpr absl::string_view kText = "This is a gRPC service, and what came is no HTTP/2.\n";
  constexpr absl::string_view kSettings("\0\0\0\4\0\0\0\0\0", 9);
  // On the connection: the last stream is none, and the code PROTOCOL_ERROR (RFC 9113, 6.8).
  constexpr absl::string_view kGoAway("\7\0\0\0\0\0\0\0\0\0\0\0\0\1", 14);
  constexpr size_t kFixedBytes = 8;
  const std::string size = {0, 0, static_cast<char>(kFixedBytes + kText.size())};
  return absl::StrCat(kSettings, size, kGoAway, kText);
}

}  // namespace cachestore::http2
