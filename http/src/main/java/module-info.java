/** HTTP clients: proxies, certificates, redirects, retries, stalled transfers. */
module linuxkit.http {
  requires transitive java.net.http;
  requires transitive linuxkit.base;

  exports linuxkit.http;
}
