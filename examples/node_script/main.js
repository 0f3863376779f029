// SPDX-License-Identifier: Apache-2.0

// Caches what a slow function gives, in the cache that the environment names:
//
//   $ (cd ../../client/typescript && npm ci && npm run build)
//   $ npm install
//   $ APP_CACHE_BACKEND=remote APP_CACHE_STORAGE_URL=grpc://127.0.0.1:50051 node main.js
//
// With caching off, or with a service that is away, it is slow each time, and no different otherwise.
import { setTimeout } from "node:timers/promises";

import { createCacheStore, settingsFromEnvironment } from "@cachestore/client";

const cache = createCacheStore({ ...settingsFromEnvironment(), failOpen: true });

async function forecast(city) {
  console.log(`computing the forecast for ${city}`);
  await setTimeout(100);
  return JSON.stringify({ city, degrees: city.length * 4 });
}

for (const city of ["Oslo", "Rome", "Oslo"]) {
  const json = await cache.getOrCompute(`forecast:${city}`, 300, () => forecast(city));
  console.log(`${city}: ${JSON.parse(json).degrees} degrees`);
}
await cache.close();
