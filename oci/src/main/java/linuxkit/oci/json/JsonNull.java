package linuxkit.oci.json;

public enum JsonNull implements Json {
  NULL
}
