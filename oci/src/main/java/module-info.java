/** References, digests, the image store, registries, layers. */
module linuxkit.oci {
  requires transitive linuxkit.base;
  requires transitive linuxkit.filesystem;
  requires java.net.http;
  requires com.github.luben.zstd_jni;

  exports linuxkit.oci;
  exports linuxkit.oci.archive;
  exports linuxkit.oci.json;
  exports linuxkit.oci.layer to
      linuxkit.packaging,
      linuxkit.system;
  exports linuxkit.oci.registry;
  exports linuxkit.oci.store;
}
