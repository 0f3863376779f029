// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import cachestore.contract.ContractOuterClass.Case;
import cachestore.contract.ContractOuterClass.Contract;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Plays every case of tests/contract/ over the service, and in this process. */
final class ContractTest {
  private static final Path CASES = Path.of("../../tests/contract/cases");

  private static int overService;
  private static int inThisProcess;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void countFromZero() {
    overService = 0;
    inThisProcess = 0;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened) one.close();
  }

  @AfterAll
  static void say() {
    System.out.printf(
        "contract: %d cases over the service, %d in this process%n", overService, inThisProcess);
  }

  @TestFactory
  Stream<DynamicNode> holdsOverTheService() throws IOException {
    return each(
        contract -> {
          CacheServer server = CacheServer.start(flags(contract));
          opened.add(server);
          return () -> {
            overService++;
            return CacheStores.create(server.settings());
          };
        },
        contracts());
  }

  @TestFactory
  Stream<DynamicNode> holdsInThisProcess() throws IOException {
    return each(
        contract ->
            () -> {
              inThisProcess++;
              return CacheStores.create(settings(contract));
            },
        contracts().stream().filter(ContractTest::isOfThisProcess).toList());
  }

  /** Other backends are the service's alone. */
  private static boolean isOfThisProcess(Contract contract) {
    return List.of("memory", "none").contains(contract.getSettingsOrDefault("backend", "memory"));
  }

  /** Opens what a contract is played over; each case gets a store of its own from it. */
  private interface Opener {
    Supplier<CacheStore> open(Contract contract);
  }

  private static Stream<DynamicNode> each(Opener opener, List<Contract> contracts) {
    return contracts.stream()
        .map(
            contract -> {
              Supplier<CacheStore> stores = opener.open(contract);
              boolean clears = !contract.containsSettings("backend");
              Stream<DynamicTest> cases =
                  contract.getCasesList().stream()
                      .map(c -> dynamicTest(c.getName(), () -> play(stores, clears, c)));
              return DynamicContainer.dynamicContainer(contract.getTitle(), cases);
            });
  }

  private static void play(Supplier<CacheStore> stores, boolean clears, Case played)
      throws InterruptedException {
    try (CacheStore store = stores.get()) {
      if (clears) store.blocking().clear();
      new ContractPlayer(store).play(played);
    }
  }

  private static List<Contract> contracts() throws IOException {
    List<Contract> contracts = new ArrayList<>();
    try (Stream<Path> files = Files.list(CASES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        Contract.Builder contract = Contract.newBuilder();
        JsonFormat.parser().merge(Files.readString(file), contract);
        contracts.add(contract.build());
      }
    }
    return contracts;
  }

  private static String[] flags(Contract contract) {
    return contract.getSettingsMap().entrySet().stream()
        .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
        .toArray(String[]::new);
  }

  /** The same settings as the environment gives them. */
  private static CacheSettings settings(Contract contract) {
    Map<String, String> environment = new HashMap<>();
    environment.put("APP_CACHE_BACKEND", "memory");
    contract
        .getSettingsMap()
        .forEach(
            (name, value) -> {
              String unit = name.endsWith("_ttl") ? "_seconds" : "";
              environment.put("APP_CACHE_" + (name + unit).toUpperCase(Locale.ROOT), value);
            });
    return CacheSettings.fromEnvironment(environment);
  }
}
