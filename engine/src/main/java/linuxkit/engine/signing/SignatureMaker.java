package linuxkit.engine.signing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.signatures.ArtefactWriter;
import linuxkit.oci.signatures.SignatureArtefact;
import linuxkit.oci.signatures.SignaturePublisher.Addition;
import linuxkit.oci.signatures.SignatureTypes;
import linuxkit.oci.signatures.SignedDocument;
import linuxkit.trust.Statement;
import linuxkit.trust.cosign.CosignBundle;
import linuxkit.trust.cosign.Predicates;
import linuxkit.trust.cosign.SimpleSigning;
import linuxkit.trust.dsse.Envelope;
import linuxkit.trust.keys.SigningKey;

/** Makes signatures and attestations with a key, and the artefacts that hold them. */
final class SignatureMaker {
  // Fixed, so that an artefact depends on its content only.
  private static final Map<String, String> CREATED =
      Map.of("org.opencontainers.image.created", "1970-01-01T00:00:00Z");

  private final SigningKey key;
  private final SignatureForm form;

  SignatureMaker(SigningKey key, SignatureForm form) {
    this.key = key;
    this.form = form;
  }

  /**
   * Signs an index or manifest.
   *
   * @param repository full name without tag
   * @param there what is signed about it already; what is there is not made again
   */
  List<Addition> signature(String repository, Descriptor subject, List<SignedDocument> there) {
    KnownSignatures known = new KnownSignatures(key.verificationKey(), there);
    String digest = subject.digest().toString();
    List<Addition> additions = new ArrayList<>();
    if (form.hasClassic()) {
      SimpleSigning.Signed signed = SimpleSigning.sign(key, repository, digest);
      if (!known.hasPayload(signed.payload())) {
        additions.add(
            new Addition(
                subject.digest(),
                ArtefactWriter.classic(
                    SignatureArtefact.Place.SIGNATURE_TAG,
                    SignatureTypes.SIMPLE_SIGNING,
                    signed.payload(),
                    signed.annotations())));
      }
    }
    if (form.hasBundle()) {
      byte[] bundle = CosignBundle.signature(key, List.of(digest));
      if (!known.hasBundle(envelope(bundle))) {
        additions.add(bundle(subject, bundle, Predicates.SIGNATURE));
      }
    }
    return additions;
  }

  /** Returns whether the key has signed an index or manifest in one of the forms. */
  boolean hasSigned(String repository, Descriptor subject, List<SignedDocument> there) {
    KnownSignatures known = new KnownSignatures(key.verificationKey(), there);
    String digest = subject.digest().toString();
    return known.hasPayload(SimpleSigning.sign(key, repository, digest).payload())
        || known.hasBundle(envelope(CosignBundle.signature(key, List.of(digest))));
  }

  /** An attestation that is signed once, for all that it is about. */
  final class Attestation {
    private final String type;
    private final byte[] bundle;
    private final Envelope envelope;

    private Attestation(Statement statement) {
      this.type = statement.predicateType();
      this.bundle = CosignBundle.attestation(key, statement);
      this.envelope = envelope(bundle);
    }

    /** Returns the artefacts for one of the subjects; see {@link SignatureMaker#signature}. */
    List<Addition> about(Descriptor subject, List<SignedDocument> there) {
      KnownSignatures known = new KnownSignatures(key.verificationKey(), there);
      List<Addition> additions = new ArrayList<>();
      if (form.hasClassic() && !known.hasEnvelope(envelope)) {
        additions.add(
            new Addition(
                subject.digest(),
                ArtefactWriter.classic(
                    SignatureArtefact.Place.ATTESTATION_TAG,
                    SignatureTypes.DSSE,
                    envelope.bytes(),
                    // cosign selects by this annotation, and reads the signature in the envelope.
                    Map.of("predicateType", type, SimpleSigning.ANNOTATION, ""))));
      }
      if (form.hasBundle() && !known.hasBundle(envelope)) {
        additions.add(bundle(subject, bundle, type));
      }
      return additions;
    }
  }

  /** Signs a statement. */
  Attestation attest(Statement statement) {
    return new Attestation(statement);
  }

  private static Addition bundle(Descriptor subject, byte[] bundle, String predicateType) {
    Map<String, String> annotations = new TreeMap<>(CREATED);
    annotations.putAll(CosignBundle.annotations(predicateType));
    return new Addition(
        subject.digest(),
        ArtefactWriter.referrer(subject, SignatureTypes.BUNDLE, bundle, annotations));
  }

  private static Envelope envelope(byte[] bundle) {
    if (Json.parse(bundle, "") instanceof JsonObject object
        && object.get("dsseEnvelope").orElse(null) instanceof JsonObject envelope) {
      return Envelope.of(envelope);
    }
    throw new IllegalStateException("a bundle without an envelope");
  }
}
