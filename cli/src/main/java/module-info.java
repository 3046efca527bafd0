/** The {@code linuxkit} command. */
module linuxkit.cli {
  requires linuxkit.base;
  requires linuxkit.engine;
  requires linuxkit.filesystem;
  requires linuxkit.http;
  requires linuxkit.json;
  requires linuxkit.oci;
  requires linuxkit.yaml;
  requires linuxkit.system;
  requires linuxkit.boot;
  requires linuxkit.packaging;
  requires linuxkit.run;
  requires info.picocli;
}
