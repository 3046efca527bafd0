package linuxkit.trust.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Sha256;
import linuxkit.json.JsonObject;
import linuxkit.trust.Authority;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Statement;
import linuxkit.trust.Verdict;

/**
 * Authorities of a toy form of signature: lines with the key, the digest, the repository (empty if
 * it is not signed), and for statements the type and the builder.
 */
final class FakeAuthorities implements AuthorityFactory {
  static Evidence signature(String key, String digest, String repository) {
    return evidence(key + "\n" + digest + "\n" + repository);
  }

  static Evidence statement(String key, String digest, String type, String builder) {
    return evidence(key + "\n" + digest + "\n\n" + type + "\n" + builder);
  }

  private static Evidence evidence(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return new Evidence(Evidence.Form.DSSE, "sha256:" + Sha256.hex(bytes), bytes, Map.of());
  }

  /** Returns the keys of {@code CN=NAME}, the certificate of NAME's key, which a CA certifies. */
  private static List<String> keys(String signer) {
    return signer.startsWith("CN=")
        ? List.of(signer.substring("CN=".length()), "ca")
        : List.of(signer);
  }

  @Override
  public Authority of(TrustedSigner credential) {
    return new Authority() {
      @Override
      public Verdict check(Evidence evidence, SignedSubject subject) {
        List<String> lines = new String(evidence.document(), UTF_8).lines().toList();
        String signer = lines.get(0);
        boolean ours =
            switch (credential) {
              case TrustedSigner.Key key ->
                  new String(key.publicKey().bytes(), UTF_8).strip().equals(signer);
              case TrustedSigner.Keyless keyless ->
                  keyless.subject().filter(signer::equals).isPresent()
                      || keyless.pattern().filter(p -> p.matcher(signer).matches()).isPresent();
              case TrustedSigner.X509 x509 -> signer.equals("CN=" + x509.subject().get("CN"));
            };
        if (!ours) {
          return new Verdict.Refused("it was not made with this key");
        }
        if (!subject.digests().contains(lines.get(1))) {
          return new Verdict.Refused("it is about another digest");
        }
        if (lines.size() == 3 && !lines.get(2).equals(subject.repository())) {
          return new Verdict.Refused("it names " + lines.get(2) + ", not " + subject.repository());
        }
        Optional<Statement> statement =
            lines.size() < 5
                ? Optional.empty()
                : Optional.of(
                    new Statement(
                        List.of(),
                        lines.get(3),
                        JsonObject.builder()
                            .put(
                                "runDetails",
                                JsonObject.builder()
                                    .put(
                                        "builder",
                                        JsonObject.builder().put("id", lines.get(4)).build())
                                    .build())
                            .build()));
        return new Verdict.Accepted(
            signer, lines.get(1), statement, Optional.empty(), keys(signer));
      }

      @Override
      public String identity() {
        return credential.toString();
      }
    };
  }
}
