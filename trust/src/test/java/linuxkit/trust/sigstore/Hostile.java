package linuxkit.trust.sigstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.trust.TrustFailure;

/** What tests of hostile bundles share. */
abstract class Hostile {
  final MiniSigstore sigstore = new MiniSigstore();
  final MiniSigner signer = new MiniSigner(sigstore);

  /** Checks that the signer's bundle is refused for a reason. */
  final void refused(String reason) {
    refused(signer.bundle(), reason);
  }

  final void refused(JsonObject bundle, String reason) {
    refused(MiniSigstore.json(bundle), reason);
  }

  final void refused(byte[] bundle, String reason) {
    refused(bundle, KeylessIdentity.exact(MiniSigner.ISSUER, MiniSigner.SUBJECT), reason);
  }

  final void refused(byte[] bundle, KeylessIdentity identity, String reason) {
    assertThatThrownBy(() -> signer.verify(bundle, identity))
        .isInstanceOfSatisfying(
            TrustFailure.class, failure -> assertThat(failure.what()).contains(reason));
  }

  /** Returns the signer's good bundle with a text in it replaced; the text must be there. */
  final byte[] replaced(String text, String by) {
    String bundle = new String(MiniSigstore.json(signer.bundle()), StandardCharsets.UTF_8);
    assertThat(bundle).contains(text);
    return bundle.replace(text, by).getBytes(StandardCharsets.UTF_8);
  }

  /** Returns an object with a member replaced or added. */
  static JsonObject with(JsonObject object, String name, Json value) {
    JsonObject.Builder builder = JsonObject.builder();
    object.members().forEach(builder::put);
    return builder.put(name, value).build();
  }

  static JsonObject member(JsonObject object, String name) {
    return (JsonObject) object.get(name).orElseThrow();
  }
}
