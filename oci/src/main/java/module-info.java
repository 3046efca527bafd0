/** References, digests, the image store, registries, layers. */
module linuxkit.oci {
  requires transitive linuxkit.base;
  requires transitive linuxkit.filesystem;
  requires transitive linuxkit.http;
  requires transitive linuxkit.json;
  requires com.github.luben.zstd_jni;

  exports linuxkit.oci;
  exports linuxkit.oci.archive;
  exports linuxkit.oci.layer to
      linuxkit.packaging,
      linuxkit.system;
  exports linuxkit.oci.packed to
      linuxkit.packaging;
  exports linuxkit.oci.registry;
  exports linuxkit.oci.registry.auth;
  exports linuxkit.oci.registry.endpoint;
  exports linuxkit.oci.registry.transfer;
  exports linuxkit.oci.signatures;
  exports linuxkit.oci.store;
}
