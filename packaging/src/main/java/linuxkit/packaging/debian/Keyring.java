package linuxkit.packaging.debian;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;

/** The OpenPGP keys that may sign an archive. Every key that is added is trusted. */
final class Keyring {
  private static final int LARGEST = 16 << 20;

  /** A signing key, which is valid as long as it and its primary key are. */
  private record SigningKey(PGPPublicKey key, PGPPublicKey primary) {
    boolean usableAt(Instant now) {
      return Stream.of(key, primary)
          .noneMatch(
              k ->
                  k.hasRevocation()
                      || (k.getValidSeconds() > 0
                          && k.getCreationTime()
                              .toInstant()
                              .plusSeconds(k.getValidSeconds())
                              .isBefore(now)));
    }
  }

  private final Map<Long, SigningKey> keys = new HashMap<>();
  private final Instant now;

  /**
   * @param now the time at which the keys must be valid
   */
  Keyring(Instant now) {
    this.now = now;
  }

  /**
   * Adds the keys of a file, binary or armored.
   *
   * @throws DebianFailure.NoKeys if it is not a key file
   */
  void add(Path file) {
    byte[] bytes;
    try {
      if (Files.size(file) > LARGEST) {
        throw new DebianFailure.NoKeys(file.toString(), "too large for a key file");
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileFailure.of("cannot read the archive's keys", file, e);
    }
    add(bytes, file.toString());
  }

  /** Adds armored keys. */
  void add(String armored, String where) {
    add(armored.getBytes(StandardCharsets.UTF_8), where);
  }

  private void add(byte[] bytes, String where) {
    try (InputStream in = PGPUtil.getDecoderStream(new ByteArrayInputStream(bytes))) {
      for (PGPPublicKeyRing ring :
          new PGPPublicKeyRingCollection(in, new BcKeyFingerprintCalculator())) {
        for (PGPPublicKey key : ring) {
          keys.put(key.getKeyID(), new SigningKey(key, ring.getPublicKey()));
        }
      }
    } catch (IOException | PGPException | RuntimeException e) {
      // Bouncy Castle throws many kinds of runtime exceptions on hostile keys.
      throw new DebianFailure.NoKeys(where, "not an OpenPGP key file: " + e.getMessage());
    }
  }

  /** Returns these keys without those that another keyring does not have. */
  Keyring restrictedTo(Keyring other) {
    Keyring both = new Keyring(now);
    both.keys.putAll(keys);
    both.keys.keySet().retainAll(other.keys.keySet());
    return both;
  }

  /** Returns these keys without those that do not have a fingerprint. */
  Keyring restrictedTo(String fingerprint) {
    Keyring one = new Keyring(now);
    keys.forEach(
        (id, key) -> {
          if (Stream.of(key.key(), key.primary())
              .anyMatch(
                  each ->
                      HexFormat.of()
                          .withUpperCase()
                          .formatHex(each.getFingerprint())
                          .equals(fingerprint.toUpperCase(Locale.ROOT)))) {
            one.keys.put(id, key);
          }
        });
    return one;
  }

  void addAll(Keyring other) {
    keys.putAll(other.keys);
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  /** Returns the key with an id, even if it is no longer valid. */
  Optional<PGPPublicKey> find(long id) {
    return Optional.ofNullable(keys.get(id)).map(SigningKey::key);
  }

  /** Returns whether a key is neither revoked nor expired. */
  boolean isUsable(PGPPublicKey key) {
    SigningKey known = keys.get(key.getKeyID());
    return known != null && known.usableAt(now);
  }

  /** Returns the files with the keys of Debian's archive that the machine has. */
  static List<Path> defaults(Path root) {
    return Stream.of(
            "usr/share/keyrings/debian-archive-keyring.gpg",
            "usr/share/keyrings/debian-archive-keyring.pgp",
            "usr/share/keyrings/debian-archive-keyring.asc")
        .map(root::resolve)
        .filter(Files::isReadable)
        .limit(1)
        .toList();
  }
}
