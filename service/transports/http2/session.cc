// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/session.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"

namespace cachestore::http2 {
namespace {

// Of the whole connection. The windows of its streams bound it already.
constexpr int32_t kConnectionWindowBytes = int32_t{1} << 30;

// What nghttp2 counts for itself is counted by FrameAllowance, beside the requests that it is for:
// clients whose deadlines pass cancel calls by the thousand.
constexpr uint64_t kUncounted = uint64_t{1} << 40;

// In a GOAWAY that leaves open which requests will still be served (RFC 9113, 6.8).
constexpr int32_t kAnyStream = std::numeric_limits<int32_t>::max();

// What the PING after such a GOAWAY carries, and what is in all others.
constexpr std::array<uint8_t, 8> kGoAwayPing = {'g', 'o', 'a', 'w', 'a', 'y', 0, 0};

using Values = absl::InlinedVector<nghttp2_nv, 4>;

// In nghttp2's form; valid as long as `fields` is.
Values ValuesOf(const Fields& fields) {
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  };
  Values values;
  for (const Field& field : fields) {
    values.push_back({.name = bytes(field.name),
                      .value = bytes(field.value),
                      .namelen = field.name.size(),
                      .valuelen = field.value.size(),
                      .flags = NGHTTP2_NV_FLAG_NONE});
  }
  return values;
}

absl::string_view View(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

bool IsLast(const nghttp2_frame_hd& head) { return (head.flags & NGHTTP2_FLAG_END_STREAM) != 0; }

absl::Status ErrorOf(ssize_t code) {
  const char* const reason = nghttp2_strerror(static_cast<int>(code));
  return code == NGHTTP2_ERR_BAD_CLIENT_MAGIC ? absl::InvalidArgumentError(reason)
                                              : absl::ResourceExhaustedError(reason);
}

}  // namespace

// What nghttp2 calls. Each returns 0, or an error that ends the session.
struct SessionCallbacks {
  static Session& Self(void* session) { return *static_cast<Session*>(session); }
  static Session::Exchange* ExchangeOf(nghttp2_session* session, int32_t stream) {
    return static_cast<Session::Exchange*>(nghttp2_session_get_stream_user_data(session, stream));
  }

  static int OnBeginFrame(nghttp2_session* session, const nghttp2_frame_hd* head, void* self) {
    if (const std::optional<uint32_t> error = ErrorOnClosed(session, *head, Self(self))) {
      return nghttp2_session_terminate_session(session, *error);
    }
    FrameAllowance& allowance = Self(self).allowance_;
    if (head->type == NGHTTP2_HEADERS) {
      allowance.EarnByRequest();
      return 0;
    }
    const bool asks_for_nothing =
        head->type != NGHTTP2_CONTINUATION &&  // nghttp2 takes few of these.
        (head->type != NGHTTP2_DATA || (head->length == 0 && !IsLast(*head)));
    if (!asks_for_nothing || allowance.Spend()) return 0;
    return nghttp2_session_terminate_session(session, NGHTTP2_ENHANCE_YOUR_CALM);
  }

  // Of a frame that begins.
  static std::optional<uint32_t> ErrorOnClosed(nghttp2_session* session,
                                               const nghttp2_frame_hd& head, const Session& self) {
    const bool is_past =
        head.type == NGHTTP2_HEADERS && self.closed_streams_.IsPast(head.stream_id);
    if (!is_past) return std::nullopt;
    if (nghttp2_session_find_stream(session, head.stream_id) != nullptr) return std::nullopt;
    return self.closed_streams_.ErrorFor(head.stream_id);
  }

  static int OnBeginHeaders(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* self) {
    Self(self).head_.Clear();
    if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
      Self(self).closed_streams_.OnOpened(frame->hd.stream_id);
    }
    return 0;
  }

  // Of trailers, too, which say nothing, but may be as large.
  static int OnHeader(nghttp2_session* session, const nghttp2_frame* /*frame*/, const uint8_t* name,
                      size_t name_size, const uint8_t* value, size_t value_size, uint8_t /*flags*/,
                      void* self) {
    RequestHead& head = Self(self).head_;
    head.Add(View(name, name_size), View(value, value_size));
    if (!head.is_hopeless()) return 0;
    // A byte may stand for thousands, which nghttp2 all checks while anybody wants to see them.
    if (!Self(self).allowance_.Spend(FrameAllowance::kForHopelessHead)) {
      nghttp2_session_terminate_session(session, NGHTTP2_ENHANCE_YOUR_CALM);
    }
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int OnFrame(nghttp2_session* session, const nghttp2_frame* frame, void* self) {
    const int32_t stream = frame->hd.stream_id;
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
        if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) OnRequest(session, stream, Self(self));
        [[fallthrough]];
      case NGHTTP2_DATA:
        if (!IsLast(frame->hd)) return 0;
        if (Session::Exchange* const exchange = ExchangeOf(session, stream)) exchange->OnEnd();
        return 0;
      case NGHTTP2_SETTINGS:
        Self(self).has_begun_ = true;
        return 0;
      case NGHTTP2_PING:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0 &&
            std::ranges::equal(frame->ping.opaque_data, kGoAwayPing)) {
          Self(self).owner_.OnGoAwayHeard();
        }
        return 0;
      default:
        return 0;
    }
  }

  static void OnRequest(nghttp2_session* session, int32_t stream, Session& self) {
    // The GOAWAY that waits to be sent says that it was not served, and closes its stream.
    if (self.is_gone_) return;
    Session::Exchange* const exchange = self.owner_.OnRequest(stream, self.head_);
    if (exchange == nullptr) return;
    exchange->place_ = self.exchanges_.insert(self.exchanges_.end(), exchange);
    nghttp2_session_set_stream_user_data(session, stream, exchange);
  }

  static int OnData(nghttp2_session* session, uint8_t /*flags*/, int32_t stream,
                    const uint8_t* data, size_t size, void* /*self*/) {
    nghttp2_session_consume_connection(session, size);
    if (Session::Exchange* const exchange = ExchangeOf(session, stream)) {
      exchange->OnBody(View(data, size));
    }
    return 0;
  }

  // nghttp2 refuses requests that are too many, as long as the peer may not know how many may be.
  static int OnInvalidFrame(nghttp2_session* /*session*/, const nghttp2_frame* frame, int error,
                            void* self) {
    if (error != NGHTTP2_ERR_REFUSED_STREAM) return 0;
    Self(self).closed_streams_.OnOpened(frame->hd.stream_id);
    Self(self).closed_streams_.OnReset(frame->hd.stream_id);
    return 0;
  }

  static int OnStreamClosed(nghttp2_session* session, int32_t stream, uint32_t code, void* self) {
    // A GOAWAY, which closes what it says is not served, is as good as a reset.
    if (Self(self).is_gone_ && code == NGHTTP2_REFUSED_STREAM) {
      Self(self).closed_streams_.OnReset(stream);
    }
    Session::Exchange* const exchange = ExchangeOf(session, stream);
    if (exchange == nullptr) return 0;
    Self(self).exchanges_.erase(exchange->place_);
    if (!exchange->unsent_.empty()) --Self(self).unsent_bodies_;
    exchange->OnClosed();
    return 0;
  }

  static int OnFrameSent(nghttp2_session* session, const nghttp2_frame* frame, void* self) {
    if (frame->hd.type == NGHTTP2_RST_STREAM) {
      Self(self).closed_streams_.OnReset(frame->hd.stream_id);
      return 0;
    }
    if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.last_stream_id == kAnyStream) {
      // Not before: a PING overtakes all else that waits to be sent, and its answer is to mean that
      // the peer has heard of the GOAWAY.
      return nghttp2_submit_ping(session, NGHTTP2_FLAG_NONE, kGoAwayPing.data());
    }
    // A reply may end before its request has: then the peer need not send the rest.
    if (frame->hd.type != NGHTTP2_HEADERS || !IsLast(frame->hd)) return 0;
    const int32_t stream = frame->hd.stream_id;
    if (nghttp2_session_get_stream_remote_close(session, stream) != 0) return 0;
    return nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream, NGHTTP2_NO_ERROR);
  }

  // How much of a body goes into the next frame.
  static ssize_t MeasureBody(nghttp2_session* session, int32_t stream, uint8_t* /*buffer*/,
                             size_t most, uint32_t* flags, nghttp2_data_source* source,
                             void* /*self*/) {
    auto& exchange = *static_cast<Session::Exchange*>(source->ptr);
    const size_t size = std::min(exchange.unsent_.size(), most);
    if (size == 0 && !exchange.is_last_) {
      exchange.is_starved_ = true;
      return NGHTTP2_ERR_DEFERRED;
    }
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (size < exchange.unsent_.size() || !exchange.is_last_) return static_cast<ssize_t>(size);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (exchange.trailers_.empty()) return static_cast<ssize_t>(size);
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    const Values trailers = ValuesOf(exchange.trailers_);
    const int error = nghttp2_submit_trailer(session, stream, trailers.data(), trailers.size());
    if (error != 0) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    return static_cast<ssize_t>(size);
  }

  // Produces the frame that MeasureBody measured.
  static int SendBody(nghttp2_session* /*session*/, nghttp2_frame* /*frame*/, const uint8_t* head,
                      size_t size, nghttp2_data_source* source, void* self) {
    auto& exchange = *static_cast<Session::Exchange*>(source->ptr);
    OutputBuffer& output = *Self(self).output_;
    output.Append(View(head, FrameHeads::kHeadBytes));
    if (size < exchange.unsent_.size()) {
      output.Append(exchange.unsent_.Subcord(0, size));
      exchange.unsent_.RemovePrefix(size);
    } else if (size > 0) {
      output.Append(exchange.unsent_);
      exchange.unsent_.Clear();
      --Self(self).unsent_bodies_;
      exchange.OnBodySent();
    }
    Self(self).allowance_.EarnByData();
    return 0;
  }

  static nghttp2_session_callbacks* All() {
    nghttp2_session_callbacks* all = nullptr;
    nghttp2_session_callbacks_new(&all);
    nghttp2_session_callbacks_set_on_begin_frame_callback(all, OnBeginFrame);
    nghttp2_session_callbacks_set_on_begin_headers_callback(all, OnBeginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(all, OnHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(all, OnFrame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, OnData);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(all, OnInvalidFrame);
    nghttp2_session_callbacks_set_on_stream_close_callback(all, OnStreamClosed);
    nghttp2_session_callbacks_set_on_frame_send_callback(all, OnFrameSent);
    nghttp2_session_callbacks_set_send_data_callback(all, SendBody);
    return all;
  }
};

namespace {

nghttp2_option* SessionOptions() {
  nghttp2_option* options = nullptr;
  nghttp2_option_new(&options);
  nghttp2_option_set_no_auto_window_update(options, 1);
  nghttp2_option_set_stream_reset_rate_limit(options, kUncounted, kUncounted);
  return options;
}

}  // namespace

Session::Session(const Options& options, Owner& owner)
    : owner_(owner), head_(options.max_head_bytes), closed_streams_(options.max_streams) {
  // The same for all sessions, and never changed.
  static const nghttp2_session_callbacks* const callbacks = SessionCallbacks::All();
  static const nghttp2_option* const session_options = SessionOptions();
  nghttp2_session_server_new2(&session_, callbacks, this, session_options);
  // Priorities of replies are of no use to a cache, and their tree is one more thing to attack.
  const std::array<nghttp2_settings_entry, 4> settings = {{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, options.max_streams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, options.stream_window_bytes},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<uint32_t>(options.max_head_bytes)},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindowBytes);
}

Session::~Session() {
  nghttp2_session_del(session_);
  for (Exchange* const exchange : std::exchange(exchanges_, {})) exchange->OnClosed();
}

absl::Status Session::Receive(absl::string_view bytes) {
  absl::string_view left = bytes;
  while (const std::optional<FrameHeads::Head> head = frame_heads_.Next(left)) {
    const bool is_data = head->type == NGHTTP2_DATA;
    // nghttp2 drops priorities unread, as it was told to. RFC 7540, 6.3 and 5.3.1.
    const bool is_bad_priority =
        head->type == NGHTTP2_PRIORITY && (head->stream == 0 || head->stream == head->parent);
    if (!is_data && !is_bad_priority) continue;
    // What came before may open the stream or close it.
    const size_t before = bytes.size() - left.size() - 1;
    if (absl::Status status = Feed(bytes.substr(0, before)); !status.ok()) return status;
    bytes.remove_prefix(before);
    if (is_data) OnDataHead(head->stream);
    if (is_bad_priority) nghttp2_session_terminate_session(session_, NGHTTP2_PROTOCOL_ERROR);
  }
  return Feed(bytes);
}

absl::Status Session::Feed(absl::string_view bytes) {
  const ssize_t taken = nghttp2_session_mem_recv(
      session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  return taken < 0 ? ErrorOf(taken) : absl::OkStatus();
}

void Session::OnDataHead(int32_t stream) {
  // nghttp2 drops DATA on a stream that it has forgotten, and calls nobody.
  if (!closed_streams_.IsPast(stream)) return;
  if (nghttp2_session_find_stream(session_, stream) != nullptr) return;
  if (closed_streams_.IsReset(stream)) return;
  if (!allowance_.Spend()) {
    nghttp2_session_terminate_session(session_, NGHTTP2_ENHANCE_YOUR_CALM);
    return;
  }
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_STREAM_CLOSED);
  closed_streams_.OnReset(stream);  // Once is enough.
}

absl::Status Session::Produce(OutputBuffer& output, size_t max_bytes) {
  if (is_going_ && !std::exchange(is_gone_, true)) {
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session_), NGHTTP2_NO_ERROR,
                          nullptr, 0);
  }
  output_ = &output;
  while (output.size() < max_bytes) {
    const uint8_t* data = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &data);
    if (size < 0) return ErrorOf(size);
    if (size == 0) break;
    output.Append(View(data, static_cast<size_t>(size)));
  }
  output_ = nullptr;
  return absl::OkStatus();
}

void Session::SendHead(Exchange& exchange, const Fields& fields) {
  const Values values = ValuesOf(fields);
  const nghttp2_data_provider body = {.source = {.ptr = &exchange},
                                      .read_callback = SessionCallbacks::MeasureBody};
  nghttp2_submit_response(session_, exchange.stream_, values.data(), values.size(), &body);
}

void Session::SendBody(Exchange& exchange, absl::Cord bytes) {
  if (exchange.unsent_.empty()) ++unsent_bodies_;
  exchange.unsent_.Append(std::move(bytes));
  if (!std::exchange(exchange.is_starved_, false)) return;
  nghttp2_session_resume_data(session_, exchange.stream_);
}

void Session::SendTrailers(Exchange& exchange, Fields fields) {
  exchange.trailers_ = std::move(fields);
  exchange.is_last_ = true;
  if (!std::exchange(exchange.is_starved_, false)) return;
  nghttp2_session_resume_data(session_, exchange.stream_);
}

void Session::SendHeadOnly(int32_t stream, const Fields& fields) {
  const Values values = ValuesOf(fields);
  nghttp2_submit_response(session_, stream, values.data(), values.size(), nullptr);
}

void Session::ConsumeBody(const Exchange& exchange, size_t bytes) {
  nghttp2_session_consume_stream(session_, exchange.stream_, bytes);
}

void Session::WidenWindow(const Exchange& exchange, size_t bytes) {
  const int32_t now =
      nghttp2_session_get_stream_effective_local_window_size(session_, exchange.stream_);
  const auto wanted =
      static_cast<int32_t>(std::min(bytes, static_cast<size_t>(NGHTTP2_MAX_WINDOW_SIZE)));
  if (now < 0 || wanted <= now) return;
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, exchange.stream_, wanted);
}

void Session::SendPing() { nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr); }

void Session::AnnounceGoAway() {
  nghttp2_submit_shutdown_notice(session_);
  for (Exchange* const exchange : exchanges_) exchange->OnGoAway();
}

}  // namespace cachestore::http2
