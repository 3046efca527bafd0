package linuxkit.packaging.files;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * A Java key store of trusted certificates, in the format JKS with the password {@code changeit},
 * as Java expects it. The JDK's own writers add the current time or random bytes; the same
 * certificates give the same bytes here.
 */
final class JavaKeyStore {
  private static final int MAGIC = 0xFEEDFEED;
  private static final int VERSION = 2;
  private static final int TRUSTED_CERTIFICATE = 2;
  private static final String PASSWORD = "changeit";
  // Part of the format: comes between the password and the content in the hash.
  private static final String SALT = "Mighty Aphrodite";

  private final long created;
  private final SequencedMap<String, byte[]> certificates = new LinkedHashMap<>();

  /**
   * @param created the time of all entries, in seconds since 1970
   */
  JavaKeyStore(long created) {
    this.created = created;
  }

  /** Adds a certificate; if the name is taken, under the first free one with a number. */
  void add(String name, Certificate certificate) {
    String alias = name.toLowerCase(Locale.ROOT);
    for (int number = 2; certificates.containsKey(alias); number++) {
      alias = name.toLowerCase(Locale.ROOT) + "-" + number;
    }
    try {
      certificates.put(alias, certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was decoded has an encoding", e);
    }
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(VERSION);
      out.writeInt(certificates.size());
      for (var entry : certificates.entrySet()) {
        out.writeInt(TRUSTED_CERTIFICATE);
        out.writeUTF(entry.getKey());
        out.writeLong(Duration.ofSeconds(created).toMillis());
        out.writeUTF("X.509");
        out.writeInt(entry.getValue().length);
        out.write(entry.getValue());
      }
      out.write(digest(bytes.toByteArray()));
    } catch (IOException e) {
      throw new IllegalStateException("memory can always be written", e);
    }
    return bytes.toByteArray();
  }

  private static byte[] digest(byte[] content) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(PASSWORD.getBytes(StandardCharsets.UTF_16BE));
      sha1.update(SALT.getBytes(StandardCharsets.UTF_8));
      return sha1.digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}
