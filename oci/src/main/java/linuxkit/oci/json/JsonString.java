package linuxkit.oci.json;

public record JsonString(String value) implements Json {}
