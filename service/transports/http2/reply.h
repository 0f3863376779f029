// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_REPLY_H_
#define SERVICE_TRANSPORTS_HTTP2_REPLY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "service/transports/http2/metadata.h"

namespace cachestore::http2 {

// How a gRPC reply looks in HTTP/2
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).

// What stands before the messages of a reply.
const Fields& ReplyHead();
Fields ReplyHead(const Fields& metadata);

// A message with its prefix.
absl::Cord Framed(absl::Cord message);

// What a call ends with whose reply is too large to wait for its caller: RESOURCE_EXHAUSTED.
absl::Status TooMuchUnsent();

// What stands after them.
Fields Trailers(const absl::Status& status, const Fields& metadata = {});

// A whole reply that has no message.
Fields TrailersOnly(const absl::Status& status, const Fields& initial_metadata = {},
                    const Fields& trailing_metadata = {});

// The same to a request whose encoding nobody understands: it names those that are.
Fields UnknownEncoding(const absl::Status& status);

// What stands before the text of a reply to what is no gRPC request, and that text, for people.
Fields HttpError(int status);
std::string HttpErrorText();

// The same to what is no HTTP/2: in the words of HTTP/1.1, and to what is neither, a GOAWAY that a
// person can read.
std::string NotHttp2();
std::string NotHttp();

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_REPLY_H_
