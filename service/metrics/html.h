// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_HTML_H_
#define SERVICE_METRICS_HTML_H_

#include <string>

#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace cachestore {

// `text` where HTML is: in an element, or in an attribute's double quotes.
inline std::string EscapeHtml(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

}  // namespace cachestore

#endif  // SERVICE_METRICS_HTML_H_
