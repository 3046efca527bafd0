/** The {@code linuxkit} command. */
module linuxkit.cli {
  requires linuxkit.base;
  requires linuxkit.filesystem;
  requires linuxkit.oci;
  requires linuxkit.system;
  requires linuxkit.boot;
  requires linuxkit.packaging;
  requires linuxkit.run;
  requires info.picocli;
  requires java.net.http;
}
