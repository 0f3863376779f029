// SPDX-License-Identifier: Apache-2.0
import { Client, credentials, type ChannelCredentials, type ClientOptions } from "@grpc/grpc-js";

import type { ClientTls } from "./client_tls.js";
import type { ServiceAddress } from "./service_url.js";
import * as spec from "./spec.js";

const UNLIMITED = -1;

/**
 * A channel to a service, which connects with its first call. If it `repeats`, gRPC makes the calls
 * of the service config again that end UNAVAILABLE. That goes by method, so calls that must not be
 * made twice, although others of their method may, need a channel that does not.
 */
export function createChannel(address: ServiceAddress, tls: ClientTls, repeats: boolean): Client {
  const options: ClientOptions = {
    "grpc.enable_retries": repeats ? 1 : 0,
    "grpc.service_config_disable_resolution": 1,
    // Bounds and no reservations. By default, messages above 1 MiB are silently not repeated.
    "grpc.retry_buffer_size": Number.MAX_SAFE_INTEGER,
    "grpc.per_rpc_retry_buffer_size": Number.MAX_SAFE_INTEGER,
    "grpc.max_receive_message_length": UNLIMITED,
    "grpc.max_send_message_length": UNLIMITED,
    "grpc.keepalive_time_ms": spec.KEEPALIVE_SECONDS * 1000,
    "grpc.keepalive_timeout_ms": spec.KEEPALIVE_TIMEOUT_SECONDS * 1000,
    "grpc.keepalive_permit_without_calls": 1,
    "grpc.initial_reconnect_backoff_ms": spec.RECONNECT_INITIAL_BACKOFF_SECONDS * 1000,
    "grpc.max_reconnect_backoff_ms": spec.RECONNECT_MAX_BACKOFF_SECONDS * 1000,
    // Otherwise equal channels of one process share a connection, and closing one closes nothing.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.enable_http_proxy": 0,
  };
  if (repeats) options["grpc.service_config"] = spec.SERVICE_CONFIG;
  return new Client(address.target, credentialsFor(address, tls), options);
}

// Node takes no TLS below 1.2.
function credentialsFor(address: ServiceAddress, tls: ClientTls): ChannelCredentials {
  if (!address.isTls) return credentials.createInsecure();
  return credentials.createSsl(tls.ca, tls.key, tls.certificate);
}
