// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as settings and messages write them: 1h30m, 2.5s, 500ms. */
final class DurationText {
  private static final Pattern PART =
      Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|ms|s|m|h)");
  private static final Duration MOST = Duration.ofDays(365 * 100);

  private DurationText() {}

  static String format(Duration duration) {
    if (duration.isZero()) return "0";
    if (duration.isNegative()) return "-" + format(duration.negated());
    if (duration.toSeconds() == 0) return formatBelowSecond(duration.toNanosPart());
    StringBuilder text = new StringBuilder();
    if (duration.toHours() > 0) text.append(duration.toHours()).append('h');
    if (duration.toMinutesPart() > 0) text.append(duration.toMinutesPart()).append('m');
    BigDecimal seconds =
        BigDecimal.valueOf(duration.toSecondsPart())
            .add(BigDecimal.valueOf(duration.toNanosPart(), 9));
    if (seconds.signum() > 0) text.append(plain(seconds)).append('s');
    return text.toString();
  }

  private static String formatBelowSecond(int nanos) {
    if (nanos < 1_000) return nanos + "ns";
    if (nanos < 1_000_000) return plain(BigDecimal.valueOf(nanos, 3)) + "us";
    return plain(BigDecimal.valueOf(nanos, 6)) + "ms";
  }

  private static String plain(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }

  /** A number of seconds, or numbers with units; empty for anything else, and above 100 years. */
  static Optional<Duration> parse(String text) {
    if (text.matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) return within(new BigDecimal(text));
    BigDecimal seconds = BigDecimal.ZERO;
    int end = 0;
    Matcher part = PART.matcher(text);
    while (text.length() < 64 && end < text.length() && part.find() && part.start() == end) {
      seconds = seconds.add(new BigDecimal(part.group(1)).multiply(unit(part.group(2))));
      end = part.end();
    }
    return end == 0 || end < text.length() ? Optional.empty() : within(seconds);
  }

  private static BigDecimal unit(String name) {
    return switch (name) {
      case "ns" -> BigDecimal.valueOf(1, 9);
      case "us" -> BigDecimal.valueOf(1, 6);
      case "ms" -> BigDecimal.valueOf(1, 3);
      case "s" -> BigDecimal.ONE;
      case "m" -> BigDecimal.valueOf(60);
      default -> BigDecimal.valueOf(3600);
    };
  }

  private static Optional<Duration> within(BigDecimal seconds) {
    if (seconds.compareTo(BigDecimal.valueOf(MOST.toSeconds())) > 0) return Optional.empty();
    return Optional.of(Duration.ofNanos(seconds.movePointRight(9).longValue()));
  }
}
