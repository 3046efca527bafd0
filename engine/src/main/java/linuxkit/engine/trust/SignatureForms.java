package linuxkit.engine.trust;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.SignatureSource;
import linuxkit.trust.Evidence;

/** Turns documents of registries into evidence. */
final class SignatureForms {
  private static final int MAX_PAYLOAD = 128 << 10;

  private SignatureForms() {}

  /** Reads the documents; those of other kinds, too large or damaged ones are left out. */
  static List<Evidence> read(SignatureSource source, List<Descriptor> documents) {
    List<Evidence> evidence = new ArrayList<>();
    for (Descriptor document : documents) {
      Optional<Evidence.Form> form = form(document.mediaType());
      if (form.isPresent()
          && document.size() <= limit(form.get())
          && evidence.size() < Evidence.MAX_COUNT) {
        try {
          evidence.add(
              new Evidence(
                  form.get(),
                  document.digest().toString(),
                  source.read(document),
                  document.annotations()));
        } catch (Failure _) {
          // Deleted or damaged in the meantime: one signature less.
        }
      }
    }
    return evidence;
  }

  private static int limit(Evidence.Form form) {
    return form == Evidence.Form.SIMPLE_SIGNING ? MAX_PAYLOAD : Evidence.MAX_DOCUMENT;
  }

  /** Returns the form of a document; empty if it is not a signature. */
  static Optional<Evidence.Form> form(String mediaType) {
    return Optional.ofNullable(
        switch (mediaType) {
          case "application/vnd.dev.cosign.simplesigning.v1+json" -> Evidence.Form.SIMPLE_SIGNING;
          case "application/vnd.dsse.envelope.v1+json" -> Evidence.Form.DSSE;
          case "application/jose+json" -> Evidence.Form.NOTARY_JWS;
          case "application/cose" -> Evidence.Form.NOTARY_COSE;
          default ->
              mediaType.startsWith("application/vnd.dev.sigstore.bundle")
                  ? Evidence.Form.SIGSTORE_BUNDLE
                  : null;
        });
  }
}
