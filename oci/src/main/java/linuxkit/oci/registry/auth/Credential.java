package linuxkit.oci.registry.auth;

/** What proves to a registry who asks. Its text form shows nothing of it. */
sealed interface Credential {
  record Password(String user, String password) implements Credential {
    @Override
    public String toString() {
      return "Password[…]";
    }
  }

  /** What a token service takes in place of a password (OAuth 2.0, a refresh token). */
  record IdentityToken(String token) implements Credential {
    @Override
    public String toString() {
      return "IdentityToken[…]";
    }
  }
}
