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
 * A text with OpenPGP signatures below it (RFC 9580, section 7). The framing is parsed strictly:
 * only text that was hashed is returned, and nothing may precede, separate or follow the parts.
 */
final class ClearSigned {
  private static final String BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----";
  private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";
  private static final String END = "-----END PGP SIGNATURE-----";
  private static final int MOST_SIGNATURES = 32;

  // The ones that apt accepts; signatures with SHA-1 or older hashes can be forged.
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
   * Returns the signed text if at least one key of the keyring has signed it.
   *
   * @throws DebianFailure.BadSignature if no key has, or the text is not in this form
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
      // Bouncy Castle throws many kinds of runtime exceptions on hostile packets.
      throw new DebianFailure.BadSignature(
          "the signature cannot be read: " + e.getMessage(), where, "try again");
    }
    if (found.isEmpty() || found.size() > MOST_SIGNATURES) {
      throw new DebianFailure.BadSignature(
          "the text has " + found.size() + " signatures", where, "");
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
        faults.add("the signature of key " + id + " uses an algorithm that is not trusted");
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
          "try again; if it happens again, the archive or the network may be damaged or hostile");
    }
    throw new DebianFailure.BadSignature(
        "signed by unknown keys: " + String.join(", ", unknown),
        where,
        "update the package debian-archive-keyring, or give the keys with --debian-keyring FILE;"
            + " if it is another archive of apt's, write Signed-By with its keys there");
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
