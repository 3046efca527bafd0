package linuxkit.packaging.debian;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
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

/** The OpenPGP keys that an archive may be signed with. They are trusted as they lie there. */
final class Keyring {
  private static final int LARGEST = 16 << 20;

  /** A key that can sign, by its own lifetime and that of the primary key that it belongs to. */
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
   * @param now against which the keys' lifetimes are held
   */
  Keyring(Instant now) {
    this.now = now;
  }

  /**
   * Adds the keys of a file, binary or armored.
   *
   * @throws DebianFailure.NoKeys when it is not a file of keys
   */
  void add(Path file) {
    byte[] bytes;
    try {
      if (Files.size(file) > LARGEST) {
        throw new DebianFailure.NoKeys(file.toString(), "too large for a file of keys");
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileFailure.of("cannot read the archive's keys", file, e);
    }
    add(bytes, file.toString());
  }

  /** Adds keys in armor. */
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
      // Bouncy Castle answers hostile keys with runtime exceptions of many kinds.
      throw new DebianFailure.NoKeys(where, "not a file of OpenPGP keys: " + e.getMessage());
    }
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  /** A key by its id, whether or not it may be used any more. */
  Optional<PGPPublicKey> find(long id) {
    return Optional.ofNullable(keys.get(id)).map(SigningKey::key);
  }

  /** Whether a key is neither revoked nor expired. */
  boolean isUsable(PGPPublicKey key) {
    SigningKey known = keys.get(key.getKeyID());
    return known != null && known.usableAt(now);
  }

  /** Where the keys of Debian's archive lie on a machine that has the package for it. */
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
