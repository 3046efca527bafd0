package linuxkit.packaging.debian;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * Text with OpenPGP signatures below it (RFC 9580, section 7). Taken apart here, strictly, and only
 * what was hashed is handed out: nothing may stand before, between or behind.
 */
final class ClearSigned {
  private static final String BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----";
  private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";
  private static final String END = "-----END PGP SIGNATURE-----";
  private static final int MOST_SIGNATURES = 32;

  // What apt takes too: SHA-1 and older ones can be forged.
  private static final Set<Integer> HASHES =
      Set.of(HashAlgorithmTags.SHA256, HashAlgorithmTags.SHA384, HashAlgorithmTags.SHA512);

  private final String where;
  private final List<String> lines;
  private final List<PGPSignature> signatures;

  private ClearSigned(String where, List<String> lines, List<PGPSignature> signatures) {
    this.where = where;
    this.lines = lines;
    this.signatures = signatures;
  }

  /**
   * The signed text, when at least one key of the keyring vouches for it.
   *
   * @throws DebianFailure.BadSignature when none does, or the text is not of this form
   */
  static String verify(byte[] message, Keyring keyring, String where) {
    ClearSigned signed = parse(message, where);
    signed.check(keyring);
    return String.join("\n", signed.lines) + "\n";
  }

  private static ClearSigned parse(byte[] message, String where) {
    List<String> all =
        new String(message, StandardCharsets.UTF_8).lines().map(ClearSigned::trim).toList();
    int blank = all.indexOf("");
    int signature = all.indexOf(SIGNATURE);
    int end = all.indexOf(END);
    boolean headers =
        blank > 0 && all.subList(1, blank).stream().allMatch(line -> line.startsWith("Hash: "));
    if (all.isEmpty()
        || !all.getFirst().equals(BEGIN)
        || !headers
        || signature < blank
        || end < signature
        || !all.subList(end + 1, all.size()).stream().allMatch(String::isEmpty)) {
      throw new DebianFailure.BadSignature(
          "not a signed text", where, "check the archive's URL (--debian-mirror)");
    }
    List<String> lines = new ArrayList<>();
    for (String line : all.subList(blank + 1, signature)) {
      if (line.startsWith("- ")) {
        lines.add(line.substring(2));
      } else if (line.startsWith("-")) {
        throw new DebianFailure.BadSignature("a signed text within another", where, "");
      } else {
        lines.add(line);
      }
    }
    String armor = String.join("\n", all.subList(signature, end + 1)) + "\n";
    return new ClearSigned(where, lines, signatures(armor, where));
  }

  private static String trim(String line) {
    int end = line.length();
    while (end > 0 && " \t\r".indexOf(line.charAt(end - 1)) >= 0) {
      end--;
    }
    return line.substring(0, end);
  }

  private static List<PGPSignature> signatures(String armor, String where) {
    List<PGPSignature> found = new ArrayList<>();
    try (InputStream in =
        new ArmoredInputStream(
            new ByteArrayInputStream(armor.getBytes(StandardCharsets.ISO_8859_1)))) {
      BcPGPObjectFactory objects = new BcPGPObjectFactory(in);
      for (Object next = objects.nextObject(); next != null; next = objects.nextObject()) {
        if (next instanceof PGPSignatureList list) {
          list.forEach(found::add);
        }
      }
    } catch (IOException | RuntimeException e) {
      // Bouncy Castle answers hostile packets with runtime exceptions of many kinds.
      throw new DebianFailure.BadSignature(
          "the signature cannot be read: " + e.getMessage(), where, "try again");
    }
    if (found.isEmpty() || found.size() > MOST_SIGNATURES) {
      throw new DebianFailure.BadSignature("it has " + found.size() + " signatures", where, "");
    }
    return found;
  }

  private void check(Keyring keyring) {
    List<String> unknown = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (PGPSignature signature : signatures) {
      String id = "%016X".formatted(signature.getKeyID());
      Optional<PGPPublicKey> key = keyring.find(signature.getKeyID());
      if (key.isEmpty()) {
        unknown.add(id);
      } else if (signature.getSignatureType() != PGPSignature.CANONICAL_TEXT_DOCUMENT
          || !HASHES.contains(signature.getHashAlgorithm())) {
        faults.add("the signature of key " + id + " is of a kind that is not trusted");
      } else if (!keyring.isUsable(key.get())) {
        faults.add("key " + id + " is revoked or expired");
      } else if (matches(signature, key.get())) {
        return;
      } else {
        faults.add("the signature of key " + id + " does not match the text");
      }
    }
    if (!faults.isEmpty()) {
      throw new DebianFailure.BadSignature(
          "bad signature: " + String.join(", ", faults),
          where,
          "try again; if it stays, the archive or the way to it is damaged or hostile");
    }
    throw new DebianFailure.BadSignature(
        "signed by unknown keys: " + String.join(", ", unknown),
        where,
        "update the package debian-archive-keyring, or name the keys with --debian-keyring FILE");
  }

  private boolean matches(PGPSignature signature, PGPPublicKey key) {
    try {
      signature.init(new BcPGPContentVerifierBuilderProvider(), key);
      String text = String.join("\r\n", lines);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return signature.verify();
    } catch (PGPException | RuntimeException e) {
      return false;
    }
  }
}
