// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_SETTINGS_TEXT_H_
#define SERVICE_SETTINGS_TEXT_H_

#include "service/flags.h"
#include "service/metrics/status_page.h"

namespace cachestore {

// The settings by the names of their flags, but for those of another backend. Without secrets: of
// the storage's URL, user and password are left out. Reads storage_url_file, if it is given.
SettingTexts TextsOf(const ServerSettings& settings);

// Those of them that a line of the log has room for: what is stored how, and of all else what is
// not as it is by default.
SettingTexts NotableTextsOf(const ServerSettings& settings);

}  // namespace cachestore

#endif  // SERVICE_SETTINGS_TEXT_H_
