/** Building a system as a Java call, for the command and for programs that embed it. */
module linuxkit.engine {
  requires transitive linuxkit.base;
  requires transitive linuxkit.boot;
  requires transitive linuxkit.filesystem;
  requires transitive linuxkit.http;
  requires linuxkit.json;
  requires transitive linuxkit.oci;
  requires transitive linuxkit.packaging;
  requires transitive linuxkit.system;
  requires transitive linuxkit.trust;
  requires transitive linuxkit.yaml;

  exports linuxkit.engine;
  exports linuxkit.engine.inputs;
  exports linuxkit.engine.provenance;
  exports linuxkit.engine.lock;
  exports linuxkit.engine.lock.update;
  exports linuxkit.engine.publish;
  exports linuxkit.engine.signing;
  exports linuxkit.engine.trust;
}
