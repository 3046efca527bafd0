/** Keys, signatures, policies and provenance: bytes and digests in, a verdict out. */
module linuxkit.trust {
  requires transitive linuxkit.base;
  requires transitive linuxkit.json;
  requires transitive linuxkit.yaml;

  exports linuxkit.trust;
  exports linuxkit.trust.cosign;
  exports linuxkit.trust.dsse;
  exports linuxkit.trust.keys;
}
