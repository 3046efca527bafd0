package linuxkit.oci;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import linuxkit.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What an image runs on, in Go's words (OCI image specification, image-index.md).
 *
 * @param variant empty when there is none
 */
public record Platform(String os, String architecture, String variant) {
  public static Platform linux(String architecture) {
    return new Platform("linux", architecture, "");
  }

  /** The platform of this machine's processor, with Linux as its system. */
  public static Platform host() {
    String machine = System.getProperty("os.arch");
    return linux(
        switch (machine) {
          case "amd64", "x86_64" -> "amd64";
          case "aarch64", "arm64" -> "arm64";
          default -> machine;
        });
  }

  /** Reads {@code os/architecture} or {@code os/architecture/variant}; empty for other text. */
  public static Optional<Platform> parse(String text) {
    List<String> parts = List.of(text.split("/", -1));
    boolean named = parts.size() >= 2 && parts.size() <= 3 && !parts.contains("");
    return named
        ? Optional.of(
            new Platform(parts.get(0), parts.get(1), parts.size() == 3 ? parts.get(2) : ""))
        : Optional.empty();
  }

  /** As descriptors have it. */
  JsonObject toJson() {
    JsonObject.Builder json = JsonObject.builder().put("architecture", architecture).put("os", os);
    if (!variant.isEmpty()) {
      json.put("variant", variant);
    }
    return json.build();
  }

  /** Whether an image for the other is one for this: without a variant, this stands for any. */
  public boolean accepts(Platform other) {
    return os.equals(other.os)
        && architecture.equals(other.architecture)
        && (variant.isEmpty() || variant.equals(other.variant));
  }

  // By hand: what the JVM makes of a record for them takes milliseconds in every process that asks.
  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof Platform other
        && other.os.equals(os)
        && other.architecture.equals(architecture)
        && other.variant.equals(variant);
  }

  @Override
  public int hashCode() {
    return Objects.hash(os, architecture, variant);
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
