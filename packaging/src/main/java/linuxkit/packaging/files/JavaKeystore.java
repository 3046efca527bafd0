package linuxkit.packaging.files;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A key store of Java in the format JKS, with trusted certificates only. That of the JDK has the
 * time at which it was written; this one is the same for the same certificates.
 */
public final class JavaKeystore {
  /** The password that protects the store against accidents: Java's own. */
  public static final String PASSWORD = "changeit";

  private static final int MAGIC = 0xFEEDFEED;
  private static final int VERSION = 2;
  private static final int TRUSTED_CERTIFICATE = 2;
  // Part of the format, before the bytes that are hashed.
  private static final String SALT = "Mighty Aphrodite";

  private JavaKeystore() {}

  /**
   * Returns the bytes of a store.
   *
   * @param certificates by alias
   * @param modified the time of all entries, in seconds since 1970
   */
  public static byte[] write(SequencedMap<String, Certificate> certificates, long modified) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(VERSION);
      out.writeInt(certificates.size());
      for (Map.Entry<String, Certificate> entry : certificates.entrySet()) {
        byte[] encoded = entry.getValue().getEncoded();
        out.writeInt(TRUSTED_CERTIFICATE);
        out.writeUTF(entry.getKey().toLowerCase(Locale.ROOT));
        out.writeLong(modified * 1000);
        out.writeUTF(entry.getValue().getType());
        out.writeInt(encoded.length);
        out.write(encoded);
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(PASSWORD.getBytes(UTF_16BE));
      digest.update(SALT.getBytes(UTF_8));
      out.write(digest.digest(bytes.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into memory
    } catch (CertificateEncodingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }
}
