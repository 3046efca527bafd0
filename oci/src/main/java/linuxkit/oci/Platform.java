package linuxkit.oci;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import linuxkit.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The platform that an image runs on, in Go's terms (OCI image specification, image-index.md).
 *
 * @param variant empty if there is none
 */
public record Platform(String os, String architecture, String variant) {
  public static Platform linux(String architecture) {
    return new Platform("linux", architecture, "");
  }

  /** Returns the platform of this machine's processor, with Linux as its operating system. */
  public static Platform host() {
    String machine = System.getProperty("os.arch");
    return linux(
        switch (machine) {
          case "amd64", "x86_64" -> "amd64";
          case "aarch64", "arm64" -> "arm64";
          default -> machine;
        });
  }

  /**
   * Reads {@code os/architecture} or {@code os/architecture/variant}. Returns empty for other text.
   */
  public static Optional<Platform> parse(String text) {
    List<String> parts = List.of(text.split("/", -1));
    boolean named = parts.size() >= 2 && parts.size() <= 3 && !parts.contains("");
    return named
        ? Optional.of(
            new Platform(parts.get(0), parts.get(1), parts.size() == 3 ? parts.get(2) : ""))
        : Optional.empty();
  }

  /** Returns the platform as descriptors contain it. */
  JsonObject toJson() {
    JsonObject.Builder json = JsonObject.builder().put("architecture", architecture).put("os", os);
    if (!variant.isEmpty()) {
      json.put("variant", variant);
    }
    return json.build();
  }

  /**
   * Returns whether an image for {@code other} is acceptable for this platform. A platform without
   * a variant accepts any.
   */
  public boolean accepts(Platform other) {
    return os.equals(other.os)
        && architecture.equals(other.architecture)
        && (variant.isEmpty() || variant.equals(other.variant));
  }

  /**
   * Returns how much a processor must have beyond the least of its architecture: {@code v2} and
   * {@code v3} of amd64 run on newer ones only. Where there is a choice, the least is right.
   */
  public int level() {
    String least = architecture.equals("amd64") ? "v1" : architecture.equals("arm64") ? "v8" : "";
    if (variant.isEmpty() || variant.equals(least) || least.isEmpty()) {
      return 0;
    }
    return variant.matches("v[0-9]{1,2}") ? Integer.parseInt(variant.substring(1)) : 100;
  }

  // Written out because the JVM takes milliseconds to generate these methods for a record.
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
