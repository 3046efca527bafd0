package linuxkit.trust.keys;

/** The mathematics of a key: which algorithms can be used with it. */
public enum KeyFamily {
  EC,
  ED25519,
  RSA
}
