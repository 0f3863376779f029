// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** The key of an entry: any bytes, NUL included. Immutable, and compared byte by byte. */
public final class Key {
  private static final int HASH_BYTES = 4;

  private final byte[] bytes;

  private Key(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The text in UTF-8.
   *
   * @throws CacheStoreException INVALID_ARGUMENT for half of a surrogate pair, which has no UTF-8:
   *     two keys would become one
   */
  public static Key of(String text) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return new Key(bytes);
    } catch (CharacterCodingException e) {
      throw Call.start("key", "this client")
          .refused(
              Status.Code.INVALID_ARGUMENT,
              "key: has half of a surrogate pair, which has no UTF-8; give bytes",
              e);
    }
  }

  /** A copy of the bytes. */
  public static Key of(byte[] bytes) {
    return new Key(bytes.clone());
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** How many bytes it has. */
  public int size() {
    return bytes.length;
  }

  /** This key behind a prefix. */
  Key behind(Key prefix) {
    byte[] both = Arrays.copyOf(prefix.bytes, prefix.bytes.length + bytes.length);
    System.arraycopy(bytes, 0, both, prefix.bytes.length, bytes.length);
    return new Key(both);
  }

  /** The bytes themselves, which nobody may change. */
  byte[] shared() {
    return bytes;
  }

  /** The first bytes of its SHA-256 digest, in hexadecimal: tells keys apart and shows none. */
  public String hash() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Its size and its hash, never its bytes: a key may hold what no log should. */
  @Override
  public String toString() {
    return "key of " + bytes.length + " bytes with hash " + hash();
  }

  static Key require(Key key) {
    return Objects.requireNonNull(key, "key");
  }
}
