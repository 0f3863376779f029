// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_SETTINGS_TEXT_H_
#define SERVICE_SETTINGS_TEXT_H_

#include "service/flags.h"
#include "service/metrics/status_page.h"

namespace cachestore {

// What operators want to see of the settings, by the names of their flags. Without secrets.
SettingTexts TextsOf(const ServerSettings& settings);

}  // namespace cachestore

#endif  // SERVICE_SETTINGS_TEXT_H_
