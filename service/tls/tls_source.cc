// SPDX-License-Identifier: Apache-2.0
#include "service/tls/tls_source.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace cachestore {

TlsSource::TlsSource(TlsFiles files, EventLog log)
    : files_(std::move(files)),
      log_(std::move(log)),
      watch_({files_.certificate, files_.key, files_.client_ca}) {}

absl::StatusOr<std::unique_ptr<TlsSource>> TlsSource::Create(TlsFiles files, EventLog log) {
  std::unique_ptr<TlsSource> source(new TlsSource(std::move(files), std::move(log)));
  if (absl::Status status = source->Load(); !status.ok()) return status;
  return source;
}

std::shared_ptr<const TlsMaterial> TlsSource::current() const {
  const MutexLock lock(mutex_);
  return current_;
}

void TlsSource::Refresh() {
  const std::optional<absl::Status> loaded = watch_.Reload([this] { return Load(); });
  if (!loaded.has_value()) return;
  if (loaded->ok()) return log_(Severity::kInfo, "tls_cert: read again, as its files have changed");
  log_(Severity::kWarning,
       absl::StrCat(loaded->message(), "; what was there before is still served with"));
}

absl::Status TlsSource::Load() {
  absl::StatusOr<TlsMaterial> material = ReadTlsFiles(files_);
  if (!material.ok()) return material.status();
  auto next = std::make_shared<const TlsMaterial>(*std::move(material));
  const MutexLock lock(mutex_);
  current_ = std::move(next);
  return absl::OkStatus();
}

}  // namespace cachestore
