package linuxkit.json;

public record JsonString(String value) implements Json {}
