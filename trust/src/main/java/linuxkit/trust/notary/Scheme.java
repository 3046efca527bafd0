package linuxkit.trust.notary;

/** A signing scheme: what the time in a signature is worth. */
enum Scheme {
  /** Signed by its author, whose clock is not trusted. */
  X509("notary.x509", "io.cncf.notary.signingTime"),
  /** Signed for its author by a service whose clock is trusted. */
  SIGNING_AUTHORITY("notary.x509.signingAuthority", "io.cncf.notary.authenticSigningTime");

  private final String title;
  private final String time;

  Scheme(String title, String time) {
    this.title = title;
    this.time = time;
  }

  /** Returns the name of the scheme in a signature. */
  String title() {
    return title;
  }

  /** Returns the header that has the time. */
  String time() {
    return time;
  }

  static Scheme of(String title) {
    for (Scheme scheme : values()) {
      if (scheme.title.equals(title)) {
        return scheme;
      }
    }
    throw Refusal.of("the signing scheme " + Refusal.quote(title) + " is unknown");
  }
}
