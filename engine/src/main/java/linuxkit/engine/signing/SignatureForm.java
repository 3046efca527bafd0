package linuxkit.engine.signing;

/** The forms in which signatures and attestations are written. */
public enum SignatureForm {
  /** A Sigstore bundle that refers to the image, as cosign 3 writes it. */
  BUNDLE,
  /** A document under a tag, as cosign 1 and 2 write it. */
  CLASSIC,
  /** Both of them, for any reader. */
  BOTH;

  boolean hasBundle() {
    return this != CLASSIC;
  }

  boolean hasClassic() {
    return this != BUNDLE;
  }
}
