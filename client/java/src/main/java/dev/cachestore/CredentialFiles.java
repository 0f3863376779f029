// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/**
 * Reads the files by which a client speaks TLS and shows who it is, once. What they hold stands in
 * no error.
 */
final class CredentialFiles {
  private static final int MOST_PEM_BYTES = 1 << 20;
  private static final int MOST_TOKEN_BYTES = 1024;
  private static final String TOKEN = "cs_[a-z0-9-]{1,63}_[A-Za-z0-9_-]{43}";

  private CredentialFiles() {}

  static ChannelCredentials tls(CacheSettings settings, ServiceUrl url) {
    if (!url.tls()) {
      requireNone("tls_ca_file", settings.tlsCaFile, url);
      requireNone("tls_cert_file", settings.tlsCertFile, url);
      requireNone("tls_key_file", settings.tlsKeyFile, url);
      return InsecureChannelCredentials.create();
    }
    TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
    try {
      if (settings.tlsCaFile != null) {
        builder.trustManager(certificates("tls_ca_file", settings.tlsCaFile));
      }
      if (settings.tlsCertFile != null || settings.tlsKeyFile != null) {
        requireBoth(settings);
        builder.keyManager(
            certificates("tls_cert_file", settings.tlsCertFile),
            key("tls_key_file", settings.tlsKeyFile));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("tls: the PEM files cannot be used: " + e.getMessage(), e);
    }
    return builder.build();
  }

  private static void requireNone(String setting, Path file, ServiceUrl url) {
    if (file == null) return;
    throw new IllegalArgumentException(
        "%s: is for TLS, and %s is called without; write grpcs://HOST:PORT"
            .formatted(setting, url.name()));
  }

  private static void requireBoth(CacheSettings settings) {
    if (settings.tlsCertFile != null && settings.tlsKeyFile != null) return;
    throw new IllegalArgumentException(
        (settings.tlsCertFile == null ? "tls_cert_file" : "tls_key_file")
            + ": is not given; a certificate and its key are given together, or neither");
  }

  private static InputStream certificates(String setting, Path file) {
    byte[] pem = read(setting, file, MOST_PEM_BYTES, "a PEM file");
    try {
      CertificateFactory x509 = CertificateFactory.getInstance("X.509");
      if (!x509.generateCertificates(new ByteArrayInputStream(pem)).isEmpty()) {
        return new ByteArrayInputStream(pem);
      }
    } catch (CertificateException e) {
      // As if there were none.
    }
    throw new IllegalArgumentException(
        "%s: %s holds no PEM certificate, or one that is broken".formatted(setting, file));
  }

  private static InputStream key(String setting, Path file) {
    byte[] pem = read(setting, file, MOST_PEM_BYTES, "a PEM file");
    String text = new String(pem, StandardCharsets.ISO_8859_1);
    if (text.contains("-----BEGIN PRIVATE KEY-----")) return new ByteArrayInputStream(pem);
    throw new IllegalArgumentException(
        ("%s: %s holds no PEM key of PKCS #8 (BEGIN PRIVATE KEY), or one that is encrypted;"
                + " `openssl pkcs8 -topk8 -nocrypt` makes one")
            .formatted(setting, file));
  }

  /** The token, or nothing where no file is given. Refuses to send it in the clear by a slip. */
  static String token(CacheSettings settings, ServiceUrl url) {
    if (settings.authTokenFile == null) return "";
    Path file = settings.authTokenFile;
    byte[] bytes = read("auth_token_file", file, MOST_TOKEN_BYTES, "a file with a token");
    String token = new String(bytes, StandardCharsets.ISO_8859_1).strip();
    if (!token.matches(TOKEN)) {
      throw new IllegalArgumentException(
          ("auth_token_file: %s holds no token; takes one alone, as the first line of"
                  + " `cachectl token new` is")
              .formatted(file));
    }
    if (url.tls() || url.thisMachine() || settings.insecureToken) return token;
    throw new IllegalArgumentException(
        ("storage_url: the token would go to %s in the clear; write grpcs://HOST:PORT, or set"
                + " insecure_token (APP_CACHE_INSECURE_TOKEN=true) if something else encrypts")
            .formatted(url.name()));
  }

  private static byte[] read(String setting, Path file, int most, String form) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length <= most) return bytes;
      throw new IllegalArgumentException(
          "%s: %s is larger than %d bytes; takes the path of %s"
              .formatted(setting, file, most, form));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s: %s cannot be read (%s); takes the path of %s"
              .formatted(setting, file, e.getClass().getSimpleName(), form),
          e);
    }
  }
}
