// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TLS_NAMES_IN_CERTIFICATE_H_
#define SERVICE_TLS_NAMES_IN_CERTIFICATE_H_

#include <openssl/x509.h>

#include <string>
#include <vector>

namespace cachestore {

// Whom a certificate is for; see service/access/certificate_names.h. As they stand there: any
// bytes.
std::vector<std::string> NamesIn(const X509& certificate);

}  // namespace cachestore

#endif  // SERVICE_TLS_NAMES_IN_CERTIFICATE_H_
