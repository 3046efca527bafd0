package linuxkit.packaging;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Platform;
import linuxkit.oci.store.Housekeeping;

/**
 * Records what this program built images from. Only a record shows that an image of the store was
 * built from a certain folder: its name and its labels are the choice of whoever wrote its
 * definition.
 *
 * <p>A record is a derived file named by the digest of the image's manifest, so that it is deleted
 * together with the image.
 */
final class ImageRecords {
  // The number is the version of this format, and of how a definition becomes an image.
  private static final String KIND = Housekeeping.RECORDS;

  // Folders that differ in unused files give the same image.
  private static final int MAX_LINES = 64;

  private final WorkCache work;

  ImageRecords(WorkCache work) {
    this.work = work;
  }

  /**
   * Returns a line that identifies everything an image is made from, except the Debian archive.
   *
   * @param provenance what goes into the image besides the folder
   */
  static String line(String contentHash, Platform platform, SortedMap<String, String> provenance) {
    List<String> texts = new ArrayList<>();
    texts.add(platform.toString());
    for (Map.Entry<String, String> entry : provenance.entrySet()) {
      texts.add(entry.getKey());
      texts.add(entry.getValue());
    }
    return contentHash + " " + FolderContent.hash(texts);
  }

  boolean has(Descriptor manifest, String line) {
    return lines(manifest).contains(line);
  }

  /** Returns whether the image was built here, from whatever folder. */
  boolean hasAny(Descriptor manifest) {
    return !lines(manifest).isEmpty();
  }

  /** Returns whether the image was built from a folder with this content, for any platform. */
  boolean isOfContent(Descriptor manifest, String contentHash) {
    return lines(manifest).stream().anyMatch(line -> line.startsWith(contentHash + " "));
  }

  void add(Descriptor manifest, String line) {
    List<String> lines = new ArrayList<>(lines(manifest));
    if (lines.contains(line)) {
      return;
    }
    lines.add(line);
    List<String> newest = lines.subList(Math.max(0, lines.size() - MAX_LINES), lines.size());
    byte[] payload = String.join("\n", newest).getBytes(StandardCharsets.UTF_8);
    work.put(KIND, manifest.digest().hex(), out -> out.write(payload));
  }

  private List<String> lines(Descriptor manifest) {
    return work.findBytes(KIND, manifest.digest().hex())
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8).lines().toList())
        .orElse(List.of());
  }
}
