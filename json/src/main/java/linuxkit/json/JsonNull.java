package linuxkit.json;

public enum JsonNull implements Json {
  NULL
}
