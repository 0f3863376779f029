// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_ACCESS_CERTIFICATE_NAMES_H_
#define SERVICE_ACCESS_CERTIFICATE_NAMES_H_

#include <memory>
#include <string>
#include <vector>

namespace cachestore {

// The names of a caller, as the certificate has them that its connection was begun with, and was
// verified: of hosts, of e-mail addresses and URIs in its subjectAltName (RFC 5280), or, if it has
// none of those, the common name of its subject. Null: no certificate was shown. Empty: one without
// a name.
using CertificateNames = std::shared_ptr<const std::vector<std::string>>;

}  // namespace cachestore

#endif  // SERVICE_ACCESS_CERTIFICATE_NAMES_H_
