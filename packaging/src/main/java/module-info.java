/** Building component images: build.yml, tags from git trees, Debian packages. */
module linuxkit.packaging {
  requires transitive linuxkit.base;
  requires transitive linuxkit.filesystem;
  requires transitive linuxkit.http;
  requires transitive linuxkit.json;
  requires transitive linuxkit.oci;
  requires transitive linuxkit.yaml;
  requires com.github.luben.zstd_jni;
  requires java.net.http;
  requires org.bouncycastle.pg;
  requires org.tukaani.xz;

  exports linuxkit.packaging;
  exports linuxkit.packaging.builder;
  exports linuxkit.packaging.builtin;
  exports linuxkit.packaging.debian;
  exports linuxkit.packaging.dockerfile;
  exports linuxkit.packaging.files;
  exports linuxkit.packaging.git;
}
