/** The system manifest, label merging, the OCI runtime specification, the assembled tree. */
module linuxkit.system {
  requires transitive linuxkit.base;
  requires transitive linuxkit.filesystem;
  requires transitive linuxkit.json;
  requires transitive linuxkit.oci;
  requires transitive linuxkit.yaml;
  requires aircompressor.v3;
  requires com.github.luben.zstd_jni;
  requires org.tukaani.xz;

  exports linuxkit.system;
  exports linuxkit.system.assembly;
  exports linuxkit.system.inspect;
  exports linuxkit.system.kernel;
  exports linuxkit.system.manifest;
  exports linuxkit.system.modules;
  exports linuxkit.system.sbom;
  exports linuxkit.system.tree;
}
