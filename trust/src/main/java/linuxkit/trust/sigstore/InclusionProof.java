package linuxkit.trust.sigstore;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import linuxkit.base.Sha256;

/** Computes the root of a Merkle tree from a leaf and its path (RFC 6962, section 2.1.1). */
final class InclusionProof {
  private static final int LENGTH = 32;

  private InclusionProof() {}

  /** Checks that the path leads from a leaf to the root of the tree of a size. */
  static void check(byte[] leaf, Bundle.Proof proof) {
    long index = proof.index();
    long size = proof.size();
    if (index >= size) {
      throw SigstoreRefusal.of(
          "the inclusion proof's index " + index + " is not below its size " + size);
    }
    if (proof.root().length != LENGTH
        || proof.hashes().stream().anyMatch(hash -> hash.length != LENGTH)) {
      throw SigstoreRefusal.of("a hash of the inclusion proof is not of 32 bytes");
    }
    if (!Arrays.equals(root(leafHash(leaf), index, size, proof.hashes()), proof.root())) {
      throw SigstoreRefusal.of("the inclusion proof does not lead to its root");
    }
  }

  private static byte[] root(byte[] leaf, long index, long size, List<byte[]> path) {
    byte[] hash = leaf;
    long node = index;
    long last = size - 1;
    for (byte[] sibling : path) {
      if (last == 0) {
        throw SigstoreRefusal.of("the inclusion proof has too many hashes");
      }
      if ((node & 1) == 1 || node == last) {
        hash = nodeHash(sibling, hash);
        while ((node & 1) == 0 && node != 0) {
          node >>= 1;
          last >>= 1;
        }
      } else {
        hash = nodeHash(hash, sibling);
      }
      node >>= 1;
      last >>= 1;
    }
    if (last != 0) {
      throw SigstoreRefusal.of("the inclusion proof has too few hashes");
    }
    return hash;
  }

  static byte[] leafHash(byte[] leaf) {
    MessageDigest digest = Sha256.digest();
    digest.update((byte) 0);
    return digest.digest(leaf);
  }

  static byte[] nodeHash(byte[] left, byte[] right) {
    MessageDigest digest = Sha256.digest();
    digest.update((byte) 1);
    digest.update(left);
    return digest.digest(right);
  }
}
