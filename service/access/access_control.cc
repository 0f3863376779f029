// SPDX-License-Identifier: Apache-2.0
#include "service/access/access_control.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "credentials/credential_file.h"
#include "service/access/auth_file.h"

namespace cachestore {

AccessControl::AccessControl(std::string path, OpenNamespaces open, EventLog log)
    : path_(std::move(path)), open_(std::move(open)), log_(std::move(log)), watch_({path_}) {}

absl::StatusOr<std::unique_ptr<AccessControl>> AccessControl::Create(std::string path,
                                                                     OpenNamespaces open,
                                                                     EventLog log) {
  std::unique_ptr<AccessControl> access(
      new AccessControl(std::move(path), std::move(open), std::move(log)));
  if (absl::Status status = access->Load(); !status.ok()) return status;
  return access;
}

absl::StatusOr<std::shared_ptr<const Identity>> AccessControl::Authenticate(
    const std::optional<std::string>& authorization, const CertificateNames& certificate) const {
  if (!authorization.has_value() && certificate == nullptr) {
    return absl::UnauthenticatedError(
        "authorization: is not there; send Bearer, a space, and your token");
  }
  std::shared_ptr<const AccessTable> table;
  {
    const MutexLock lock(mutex_);
    table = table_;
  }
  const absl::StatusOr<const Identity*> identity = authorization.has_value()
                                                       ? table->FindByAuthorization(*authorization)
                                                       : table->FindByCertificate(*certificate);
  if (!identity.ok()) return identity.status();
  // Holds the whole table, of which the identity is a part.
  return std::shared_ptr<const Identity>(std::move(table), *identity);
}

void AccessControl::Refresh() {
  const std::optional<absl::Status> loaded = watch_.Reload([this] { return Load(); });
  if (!loaded.has_value()) return;
  if (loaded->ok()) return log_(Severity::kInfo, "auth_file: read again, as it has changed");
  log_(Severity::kWarning, absl::StrCat(loaded->message(), "; who could call still can"));
}

absl::Status AccessControl::Load() {
  // One byte more than it may have shows that it is too large.
  const absl::StatusOr<std::string> text =
      ReadCredentialFile(path_, kMaxAuthFileBytes + 1, "a file");
  if (!text.ok()) {
    return absl::Status(text.status().code(), absl::StrCat("auth_file: ", text.status().message()));
  }
  absl::StatusOr<std::unique_ptr<const AccessTable>> table = ParseAuthFile(*text);
  if (!table.ok()) return table.status();
  if (const absl::Status status = open_((*table)->namespaces()); !status.ok()) {
    return absl::Status(status.code(), absl::StrCat("auth_file: ", status.message()));
  }
  std::shared_ptr<const AccessTable> previous = *std::move(table);
  const MutexLock lock(mutex_);
  table_.swap(previous);
  return absl::OkStatus();
}

}  // namespace cachestore
