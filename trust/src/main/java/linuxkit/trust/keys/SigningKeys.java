package linuxkit.trust.keys;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.FileFailure;

/** Opens private keys by the names that users give them. */
public final class SigningKeys {
  private SigningKeys() {}

  /**
   * Opens a key.
   *
   * @param name the path of a PKCS#8 file in PEM, or a {@code pkcs11:} URI
   * @param secret the password of the file or the PIN of the token; read only if there is one
   * @param environment where {@code pin-source=env:NAME} of a URI is looked up
   * @throws linuxkit.base.Failure if the key cannot be used, with the reason
   */
  public static SigningKey open(
      String name, Optional<Secret> secret, Map<String, String> environment) {
    if (Pkcs11Uri.isOne(name)) {
      return Pkcs11Key.open(Pkcs11Uri.parse(name), secret, environment);
    }
    Path file = Path.of(name);
    try (InputStream in = Files.newInputStream(file)) {
      return PrivateKeyFile.read(in.readNBytes(Pem.MAX_FILE + 1), secret, file.toString());
    } catch (IOException e) {
      throw FileFailure.of("cannot read the key", file, e);
    }
  }
}
