/** The {@code linuxkit} command. */
module linuxkit.cli {
  requires linuxkit.base;
  requires linuxkit.boot;
  requires linuxkit.disk;
  requires linuxkit.engine;
  requires linuxkit.filesystem;
  requires linuxkit.json;
  requires linuxkit.oci;
  requires linuxkit.packaging;
  requires linuxkit.run;
  requires linuxkit.system;
  requires linuxkit.trust;
  requires linuxkit.yaml;
  requires info.picocli;
  requires jdk.httpserver;
}
