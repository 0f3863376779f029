// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The Bytes of the contract, as its cases write them. */
final class ContractBytes {
  private ContractBytes() {}

  static byte[] of(String text) {
    if (text.startsWith("hex:")) return HexFormat.of().parseHex(text.substring(4));
    if (text.startsWith("repeat:")) {
      String[] parts = text.split(":", 3);
      return parts[2].repeat(Integer.parseInt(parts[1])).getBytes(StandardCharsets.UTF_8);
    }
    byte[] rest = text.getBytes(StandardCharsets.UTF_8);
    return text.startsWith("sha1:") ? sha1(text.substring(5)) : rest;
  }

  private static byte[] sha1(String text) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
