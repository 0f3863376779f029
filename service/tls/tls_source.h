// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TLS_TLS_SOURCE_H_
#define SERVICE_TLS_TLS_SOURCE_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "credentials/file_watch.h"
#include "service/tls/tls_files.h"
#include "service/tls/tls_material.h"
#include "stores/event_log.h"
#include "stores/mutex.h"

namespace cachestore {

// What new connections are served with, as some files say now. Thread-safe.
class TlsSource {
 public:
  // Reads the files; an error is as ReadTlsFiles has it.
  static absl::StatusOr<std::unique_ptr<TlsSource>> Create(TlsFiles files, EventLog log);

  // Another object if, and only if, the files were read again. Never null. Does not block.
  std::shared_ptr<const TlsMaterial> current() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether peers are asked for a certificate; they never stop being, or begin to be.
  bool asks_for_certificates() const { return !files_.client_ca.empty(); }

  // Reads the files again if any has changed. Such that a server cannot use, half-written ones,
  // say, are logged, and what was read before stays. Reads a disk; on one thread at a time.
  void Refresh() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  TlsSource(TlsFiles files, EventLog log);

  absl::Status Load() ABSL_LOCKS_EXCLUDED(mutex_);

  const TlsFiles files_;
  const EventLog log_;
  FileWatch watch_;

  mutable Mutex mutex_;
  std::shared_ptr<const TlsMaterial> current_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cachestore

#endif  // SERVICE_TLS_TLS_SOURCE_H_
