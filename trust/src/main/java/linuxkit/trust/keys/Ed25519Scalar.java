package linuxkit.trust.keys;

import java.math.BigInteger;
import java.util.Optional;

/**
 * The second half of an Ed25519 signature (RFC 8032, section 5.1.7). With the order of the group
 * added, it would be a second signature of the same content.
 */
final class Ed25519Scalar {
  private static final int LENGTH = 32;
  private static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private Ed25519Scalar() {}

  static Optional<String> fault(byte[] signature) {
    byte[] bigEndian = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      bigEndian[i] = signature[2 * LENGTH - 1 - i];
    }
    return new BigInteger(1, bigEndian).compareTo(ORDER) < 0
        ? Optional.empty()
        : Optional.of("its second half is not below the order of the group");
  }
}
