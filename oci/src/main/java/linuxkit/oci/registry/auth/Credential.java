package linuxkit.oci.registry.auth;

/** A secret that identifies the user to a registry. Its {@code toString} does not reveal it. */
sealed interface Credential {
  record Password(String user, String password) implements Credential {
    @Override
    public String toString() {
      return "Password[…]";
    }
  }

  /** A token that a token service accepts in place of a password (OAuth 2.0, a refresh token). */
  record IdentityToken(String token) implements Credential {
    @Override
    public String toString() {
      return "IdentityToken[…]";
    }
  }
}
