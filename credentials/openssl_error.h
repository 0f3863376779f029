// SPDX-License-Identifier: Apache-2.0
#ifndef CREDENTIALS_OPENSSL_ERROR_H_
#define CREDENTIALS_OPENSSL_ERROR_H_

#include <string>

namespace cachestore {

// What the first of the errors is that OpenSSL has noted on this thread. Forgets them all.
std::string TakeOpensslError();

}  // namespace cachestore

#endif  // CREDENTIALS_OPENSSL_ERROR_H_
