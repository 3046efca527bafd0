/** The system manifest, label merging, the OCI runtime specification, the assembled tree. */
module linuxkit.system {
  requires transitive linuxkit.base;
  requires transitive linuxkit.filesystem;
  requires transitive linuxkit.oci;
  requires org.snakeyaml.engine;
  requires aircompressor.v3;
  requires com.github.luben.zstd_jni;
  requires org.tukaani.xz;

  exports linuxkit.system;
  exports linuxkit.system.container;
  exports linuxkit.system.inspect;
  exports linuxkit.system.modules;
  exports linuxkit.system.sbom;
  exports linuxkit.system.yaml;
}
