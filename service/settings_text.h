// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_SETTINGS_TEXT_H_
#define SERVICE_SETTINGS_TEXT_H_

#include <string>

#include "service/flags.h"
#include "service/metrics/status_page.h"

namespace cachestore {

// The settings by the names of their flags, but for those of another backend. Without secrets:
// `storage_url` is that which is in force, as messages may show it.
SettingTexts TextsOf(const ServerSettings& settings, const std::string& storage_url);

// Those of them that a line of the log has room for: what is stored how, and of all else what is
// not as it is by default.
SettingTexts NotableTextsOf(const ServerSettings& settings, const std::string& storage_url);

}  // namespace cachestore

#endif  // SERVICE_SETTINGS_TEXT_H_
