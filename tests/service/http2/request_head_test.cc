// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/request_head.h"

#include <string>

#include "gtest/gtest.h"
#include "service/transports/http2/grpc_timeout.h"
#include "tests/testing/matchers.h"

namespace cachestore::http2 {
namespace {

using testing::HasSubstr;

class RequestHeadTest : public testing::Test {
 protected:
  void AddRequest() {
    head_.Clear();
    head_.Add(":method", "POST");
    head_.Add(":scheme", "http");
    head_.Add(":path", "/a.B/C");
    head_.Add("te", "trailers");
    head_.Add("user-agent", "test");
    head_.Add("content-type", "application/grpc");
  }

  RequestHead head_{1000};
};

TEST_F(RequestHeadTest, AGrpcRequestIsServed) {
  AddRequest();
  EXPECT_EQ(head_.path(), "/a.B/C");
  EXPECT_EQ(head_.HttpError(), std::nullopt);
  EXPECT_THAT(head_.Check(), IsOk());
  EXPECT_EQ(head_.timeout(), std::nullopt);
  EXPECT_TRUE(head_.metadata().empty()) << "what gRPC itself uses is no metadata";
}

TEST_F(RequestHeadTest, AnyFormatOfMessagesIsGrpcAndNothingElseIs) {
  for (const char* type : {"application/grpc", "application/grpc+proto", "application/grpc;a=b"}) {
    AddRequest();
    head_.Add("content-type", type);
    EXPECT_EQ(head_.HttpError(), std::nullopt) << type;
  }
  for (const char* type : {"application/grpc-web", "application/grpcx", "application/json", ""}) {
    AddRequest();
    head_.Add("content-type", type);
    EXPECT_EQ(head_.HttpError(), 415) << type;
  }
}

TEST_F(RequestHeadTest, OnlyPostIsAnswered) {
  AddRequest();
  head_.Add(":method", "GET");
  EXPECT_EQ(head_.HttpError(), 405);
}

TEST_F(RequestHeadTest, ACompressedRequestIsUnimplementedAndIdentityIsNone) {
  AddRequest();
  head_.Add("grpc-encoding", "identity");
  EXPECT_THAT(head_.Check(), IsOk());
  head_.Add("grpc-encoding", "gzip");
  EXPECT_TRUE(head_.is_compressed());
  EXPECT_THAT(head_.Check(), StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("identity")));
}

TEST_F(RequestHeadTest, FieldsThatAreTooLargeAreCountedAsHttp2CountsThem) {
  AddRequest();
  head_.Add("x", std::string(500, 'v'));
  EXPECT_THAT(head_.Check(), IsOk());
  head_.Add("y", std::string(500, 'v'));
  EXPECT_EQ(head_.HttpError(), std::nullopt);
  EXPECT_THAT(head_.Check(),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("the limit is 1000 bytes")));
  // 32 bytes for each, also of those that are nearly empty.
  AddRequest();
  for (int i = 0; i < 30; ++i) head_.Add("n", "");
  EXPECT_THAT(head_.Check(), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(RequestHeadTest, NothingOfTheRequestBeforeIsLeft) {
  AddRequest();
  head_.Add("grpc-timeout", "oops");
  head_.Add("grpc-encoding", "gzip");
  head_.Add("x-mine", "1");
  head_.Add("large", std::string(2000, 'v'));
  AddRequest();
  EXPECT_THAT(head_.Check(), IsOk());
  EXPECT_TRUE(head_.metadata().empty());
}

TEST_F(RequestHeadTest, ATimeoutIsDigitsAndAUnit) {
  EXPECT_EQ(ParseGrpcTimeout("1H"), absl::Hours(1));
  EXPECT_EQ(ParseGrpcTimeout("2M"), absl::Minutes(2));
  EXPECT_EQ(ParseGrpcTimeout("3S"), absl::Seconds(3));
  EXPECT_EQ(ParseGrpcTimeout("4m"), absl::Milliseconds(4));
  EXPECT_EQ(ParseGrpcTimeout("5u"), absl::Microseconds(5));
  EXPECT_EQ(ParseGrpcTimeout("99999999n"), absl::Nanoseconds(99'999'999));
  EXPECT_EQ(ParseGrpcTimeout("0n"), absl::ZeroDuration());
  for (const char* text : {"", "S", "1", "1s", "-1S", "+1S", "1 S", "123456789S", "1.5S", "0x1S"}) {
    EXPECT_EQ(ParseGrpcTimeout(text), std::nullopt) << text;
  }
  AddRequest();
  head_.Add("grpc-timeout", "250m");
  EXPECT_EQ(head_.timeout(), absl::Milliseconds(250));
  head_.Add("grpc-timeout", "soon");
  EXPECT_THAT(head_.Check(), StatusIs(absl::StatusCode::kInternal, HasSubstr("grpc-timeout")));
}

TEST_F(RequestHeadTest, MetadataIsFoundByItsNameAndDecodedWhereItIsBinary) {
  AddRequest();
  head_.Add("x-name", "first");
  head_.Add("x-name", "second");
  head_.Add("x-bytes-bin", "AAH/");
  head_.Add("x-unpadded-bin", "AA");
  head_.Add("x-several-bin", "AAH/,AA==");
  head_.Add("x-broken-bin", "=");
  const Fields& metadata = head_.metadata();
  EXPECT_EQ(FindMetadata(metadata, "x-name"), "first");
  EXPECT_EQ(FindMetadata(metadata, "x-bytes-bin"), std::string("\0\1\xff", 3));
  EXPECT_EQ(FindMetadata(metadata, "x-unpadded-bin"), std::string(1, '\0'));
  EXPECT_EQ(FindMetadata(metadata, "x-several-bin"), std::string("\0\1\xff", 3));
  EXPECT_EQ(FindMetadata(metadata, "x-broken-bin"), std::nullopt);
  EXPECT_EQ(FindMetadata(metadata, "x-absent"), std::nullopt);
}

}  // namespace
}  // namespace cachestore::http2
