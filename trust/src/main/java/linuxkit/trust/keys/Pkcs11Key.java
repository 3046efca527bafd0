package linuxkit.trust.keys;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;

/**
 * A private key that stays in a token: a smart card or a security module. The JDK's provider signs
 * with it; it finds only keys that have a certificate with their identifier.
 */
final class Pkcs11Key {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private Pkcs11Key() {}

  static SigningKey open(Pkcs11Uri uri, Optional<Secret> secret, Map<String, String> environment) {
    Optional<Secret> pin = uri.pin(secret, environment);
    Provider provider = provider(uri, Pkcs11Slots.find(uri));
    try {
      KeyStore store = KeyStore.getInstance("PKCS11", provider);
      login(store, pin, uri);
      String alias = alias(store, uri);
      if (!(store.getKey(alias, null) instanceof PrivateKey key)) {
        throw missing(uri, keys(store));
      }
      Certificate certificate = store.getCertificate(alias);
      return new SigningKey(
          key,
          VerificationKey.of(certificate.getPublicKey(), uri.where()),
          Optional.of(provider),
          uri.where());
    } catch (GeneralSecurityException | ProviderException e) {
      throw unusable(uri, e);
    }
  }

  private static Provider provider(Pkcs11Uri uri, int slot) {
    Provider unconfigured = Security.getProvider("SunPKCS11");
    if (unconfigured == null) {
      throw new TrustFailure("this Java runtime has no PKCS#11", uri.where(), "use a key file");
    }
    try {
      // The name must differ from that of other keys in this process.
      return unconfigured.configure(
          "--name = linuxkit"
              + COUNT.incrementAndGet()
              + "\nlibrary = \""
              + uri.module()
              + "\"\nslotListIndex = "
              + slot
              + "\n");
    } catch (ProviderException | IllegalArgumentException e) {
      throw unusable(uri, e);
    }
  }

  private static void login(KeyStore store, Optional<Secret> pin, Pkcs11Uri uri)
      throws GeneralSecurityException {
    char[] secret =
        pin.orElseThrow(
                () ->
                    new TrustFailure(
                        "the token needs a PIN",
                        uri.where(),
                        "add pin-source=file:FILE or pin-source=env:NAME"))
            .read();
    try {
      store.load(null, secret);
    } catch (IOException e) {
      String reason = Reason.of(e);
      throw new TrustFailure(
          reason.contains("CKR_PIN_")
              ? "the token does not accept the PIN: " + reason
              : "the token cannot be read: " + reason,
          uri.where(),
          reason.contains("CKR_PIN_LOCKED") ? "unlock the token" : "check the PIN",
          e);
    } finally {
      Arrays.fill(secret, '\0');
    }
  }

  private static String alias(KeyStore store, Pkcs11Uri uri) throws GeneralSecurityException {
    List<String> keys = keys(store);
    if (uri.object().isPresent()) {
      if (!keys.contains(uri.object().get())) {
        throw missing(uri, keys);
      }
      return uri.object().get();
    }
    if (keys.size() != 1) {
      throw missing(uri, keys);
    }
    return keys.getFirst();
  }

  private static List<String> keys(KeyStore store) throws GeneralSecurityException {
    List<String> keys = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        keys.add(alias);
      }
    }
    Collections.sort(keys);
    return keys;
  }

  private static TrustFailure missing(Pkcs11Uri uri, List<String> keys) {
    return keys.isEmpty()
        ? new TrustFailure(
            "the token has no private key with a certificate",
            uri.where(),
            "store a certificate with the identifier of the key; it may be self-signed")
        : new TrustFailure(
            uri.object().isPresent()
                ? "the token has no private key of this name with a certificate"
                : "the token has several private keys",
            uri.where(),
            "choose one with object=; there are: " + Printable.line(String.join(", ", keys)));
  }

  private static TrustFailure unusable(Pkcs11Uri uri, Exception cause) {
    return new TrustFailure(
        "the token cannot be used: " + Reason.of(cause), uri.where(), "", cause);
  }
}
