package linuxkit.engine.lock;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.Sha256;
import linuxkit.packaging.DebianSource;

/**
 * The component of a folder ({@code @pkg:}).
 *
 * @param tree the SHA-256 of what images take from the folder
 * @param packages the Debian packages of the images for each platform, such as {@code linux/amd64};
 *     empty if the component has none
 */
public record LockedComponent(String tree, SortedMap<String, DebianSource.Resolution> packages) {
  public LockedComponent {
    packages = Collections.unmodifiableSortedMap(new TreeMap<>(packages));
  }

  /** Returns a text that identifies the packages for all platforms. */
  String identity() {
    StringBuilder text = new StringBuilder();
    packages.forEach(
        (platform, resolution) -> {
          text.append(' ').append(platform);
          resolution.packages().forEach(pin -> text.append(' ').append(pin.sha256()));
        });
    return Sha256.hex(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Returns whether both have the same packages, whatever the state of the archive was. */
  public boolean hasPackagesOf(LockedComponent other) {
    return packages.keySet().equals(other.packages.keySet())
        && packages.entrySet().stream()
            .allMatch(
                entry ->
                    Optional.ofNullable(other.packages.get(entry.getKey()))
                        .map(DebianSource.Resolution::packages)
                        .equals(Optional.of(entry.getValue().packages())));
  }
}
