// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.assertFails;
import static dev.cachestore.Tests.text;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS and tokens, with the real service. */
final class SecurityTest {
  @TempDir private Path folder;
  private Certificates certificates;
  private Certificates.Pair server;
  private Certificates.Pair client;
  private Path token;
  private Path authFile;

  @BeforeEach
  void makeCredentials() throws Exception {
    certificates = new Certificates(folder);
    server = certificates.sign("server", "IP:127.0.0.1,DNS:localhost");
    client = certificates.sign("client", "DNS:client");
    token = folder.resolve("token");
    authFile = folder.resolve("auth");
    Process made =
        new ProcessBuilder(
                CacheServer.program("CACHECTL"), "token", "new", "billing", "--role", "write")
            .start();
    String[] lines = new String(made.getInputStream().readAllBytes()).split("\n", 2);
    Files.writeString(token, lines[0] + "\n");
    Files.writeString(authFile, lines[1]);
  }

  private CacheServer serveTls(String... more) {
    String[] flags = new String[more.length + 2];
    flags[0] = "--tls_cert=" + server.certificate();
    flags[1] = "--tls_key=" + server.key();
    System.arraycopy(more, 0, flags, 2, more.length);
    return CacheServer.start(flags);
  }

  private static CacheSettings tls(CacheServer server) {
    return server.settings().storageUrl("grpcs://" + server.address());
  }

  @Test
  void withACertificateAndATokenOverTlsCallsAreAnswered() {
    try (CacheServer service =
            serveTls(
                "--tls_client_ca=" + certificates.ca(),
                "--tls_require_client_cert",
                "--auth_file=" + authFile);
        CacheStore store =
            CacheStores.create(
                tls(service)
                    .tlsCaFile(certificates.ca())
                    .tlsCertFile(client.certificate())
                    .tlsKeyFile(client.key())
                    .authTokenFile(token))) {
      BlockingCacheStore cache = store.blocking();
      cache.set("k", utf8("v"));
      assertEquals(Optional.of("v"), text(cache.get("k")));
      assertTrue(cache.set(Key.of("k"), utf8("w"), SetOptions.DEFAULT.ifPresent()));
      CacheStoreException error = assertFails(Status.Code.PERMISSION_DENIED, () -> cache.clear());
      assertTrue(error.getMessage().contains("ask the operator"), error.getMessage());
    }
  }

  @Test
  void aServiceOfAnotherAuthorityIsNotTrusted() throws IOException {
    Certificates others = new Certificates(Files.createDirectory(folder.resolve("others")));
    try (CacheServer service = serveTls();
        CacheStore store = CacheStores.create(tls(service).tlsCaFile(others.ca()))) {
      assertRemedy("give the file of its authority as tls_ca_file", store);
    }
  }

  @Test
  void aServiceIsCalledByTheNamesOfItsCertificateAlone() {
    server = certificates.sign("elsewhere", "DNS:elsewhere.example");
    try (CacheServer service = serveTls();
        CacheStore store = CacheStores.create(tls(service).tlsCaFile(certificates.ca()))) {
      assertRemedy("its certificate is for other names", store);
    }
  }

  @Test
  void aServiceWithoutTlsIsNotCalledOverIt() {
    try (CacheServer service = CacheServer.start();
        CacheStore store = CacheStores.create(tls(service))) {
      assertRemedy("it does not speak TLS", store);
    }
  }

  @Test
  void aServiceOverTlsIsNotCalledInTheClear() {
    try (CacheServer service = serveTls();
        CacheStore store = CacheStores.create(service.settings())) {
      assertRemedy("if it serves over TLS, write grpcs://", store);
    }
  }

  @Test
  void aServiceThatRequiresACertificateSaysNothingWithoutOne() {
    try (CacheServer service =
            serveTls("--tls_client_ca=" + certificates.ca(), "--tls_require_client_cert");
        CacheStore store = CacheStores.create(tls(service).tlsCaFile(certificates.ca()))) {
      assertRemedy("give one that it trusts (tls_cert_file)", store);
    }
  }

  private static void assertRemedy(String remedy, CacheStore store) {
    CacheStoreException error = assertFails(Status.Code.UNAVAILABLE, () -> store.blocking().ping());
    assertTrue(error.getMessage().contains(remedy), error.getMessage());
    assertFalse(error.getMessage().contains("\n"), error.getMessage());
  }

  @Test
  void withoutATokenTheServiceDoesNotKnowTheCaller() {
    try (CacheServer service = CacheServer.start("--auth_file=" + authFile);
        CacheStore store = CacheStores.create(service.settings())) {
      CacheStoreException error =
          assertFails(Status.Code.UNAUTHENTICATED, () -> store.blocking().get("k"));
      assertTrue(error.remedy().contains("APP_CACHE_AUTH_TOKEN_FILE"), error.remedy());
    }
  }

  @Test
  void onThisMachineATokenMayGoInTheClear() {
    try (CacheServer service = CacheServer.start("--auth_file=" + authFile);
        CacheStore store = CacheStores.create(service.settings().authTokenFile(token))) {
      store.blocking().set("k", utf8("v"));
    }
  }

  private String refusal(CacheSettings settings) {
    CacheSettings remote = settings.backend(CacheSettings.Backend.REMOTE);
    return assertFails(Status.Code.INVALID_ARGUMENT, () -> CacheStores.create(remote)).reason();
  }

  @Test
  void toAnotherMachineATokenGoesOverTlsAloneUnlessToldOtherwise() {
    CacheSettings settings =
        new CacheSettings().storageUrl("grpc://cache.example:50051").authTokenFile(token);
    String refusal = refusal(settings);
    assertTrue(refusal.contains("in the clear"), refusal);
    CacheStores.create(settings.insecureToken(true)).close();
  }

  @Test
  void credentialsThatCannotBeUsedAreRefusedWithTheirSetting() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    CacheSettings clear = new CacheSettings().tlsCaFile(certificates.ca());
    assertTrue(refusal(clear).startsWith("tls_ca_file: is for TLS"));
    String url = "grpcs://127.0.0.1:1";
    CacheSettings missing = new CacheSettings().storageUrl(url).tlsCaFile(folder.resolve("no"));
    assertTrue(refusal(missing).startsWith("tls_ca_file: "), refusal(missing));
    CacheSettings none = new CacheSettings().storageUrl(url).tlsCaFile(empty);
    assertTrue(refusal(none).contains("holds no PEM certificate"), refusal(none));
    CacheSettings half = new CacheSettings().storageUrl(url).tlsCertFile(client.certificate());
    assertTrue(refusal(half).startsWith("tls_key_file: is not given"), refusal(half));
    CacheSettings noKey =
        new CacheSettings().storageUrl(url).tlsCertFile(client.certificate()).tlsKeyFile(empty);
    assertTrue(refusal(noKey).contains("holds no PEM key"), refusal(noKey));
    CacheSettings noToken = new CacheSettings().authTokenFile(empty);
    assertTrue(refusal(noToken).contains("holds no token"), refusal(noToken));
  }
}
