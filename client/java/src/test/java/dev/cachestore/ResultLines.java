// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes a line for each test to the file that a property names: "passed", or "FAILED", its name
 * and why. What is around tests gets one, too, if it fails, and what is skipped has failed.
 */
public final class ResultLines implements TestExecutionListener {
  private TestPlan plan;

  /** For the launcher, which finds it by its name. */
  public ResultLines() {}

  @Override
  public void testPlanExecutionStarted(TestPlan started) {
    plan = started;
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
      if (test.isTest()) write("passed");
    } else {
      String why = result.getThrowable().map(Throwable::toString).orElse("aborted");
      write("FAILED " + nameOf(test) + ": " + why.lines().findFirst().orElse(""));
    }
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    write("FAILED " + nameOf(test) + ": skipped: " + reason);
  }

  private String nameOf(TestIdentifier test) {
    String name = test.getDisplayName();
    return plan.getParent(test)
        .filter(parent -> parent.getParentId().isPresent())
        .map(parent -> nameOf(parent) + " / " + name)
        .orElse(name);
  }

  private static synchronized void write(String line) {
    String file = System.getProperty("cachestore.results");
    if (file == null) return;
    try {
      Files.writeString(
          Path.of(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
