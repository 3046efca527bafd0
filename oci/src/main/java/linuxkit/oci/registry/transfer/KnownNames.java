package linuxkit.oci.registry.transfer;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import linuxkit.base.FileStamp;
import linuxkit.base.Lazy;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;
import linuxkit.oci.store.ImageStore;

/**
 * The meaning of the names of a store, as of the first question. An answer is kept with the stamp
 * of the store's list of names, so that the list, which may have thousands of them, is not read
 * again before it changes.
 */
final class KnownNames {
  // No key of an image begins like this: those begin with a digest.
  private static final String KEY = "name ";
  private static final String BETWEEN = "\t";

  private final Lazy<Function<Reference, Optional<Descriptor>>> names;
  private final Lazy<Optional<String>> stamp;
  private final Supplier<Map<String, String>> kept;
  private final Map<String, String> found = new HashMap<>();

  /**
   * @param stamp as {@link ImageStore#namesStamp}; asked before the names, because an answer that
   *     is kept with too old a stamp is never used
   * @param names as {@link ImageStore#names}
   * @param kept what {@link #found} returned earlier, maybe in another process
   */
  KnownNames(
      Supplier<Optional<FileStamp>> stamp,
      Supplier<Function<Reference, Optional<Descriptor>>> names,
      Supplier<Map<String, String>> kept) {
    this.stamp = new Lazy<>(() -> stamp.get().map(KnownNames::text));
    this.names = new Lazy<>(names);
    this.kept = kept;
  }

  /** Finds the index or manifest that a reference names, as {@link ImageStore#find} does. */
  Optional<Descriptor> find(Reference reference) {
    Optional<String> current = stamp.get();
    if (current.isEmpty()) {
      return names.get().apply(reference);
    }
    String key = KEY + reference;
    String line = kept.get().get(key);
    if (line != null && line.startsWith(current.get())) {
      String[] fields = line.substring(current.get().length()).split(BETWEEN, -1);
      return Optional.of(
          Descriptor.of(
              fields[0], Digest.parse(fields[1]).orElseThrow(), Long.parseLong(fields[2])));
    }
    Optional<Descriptor> root = names.get().apply(reference);
    if (root.isPresent() && isPlain(root.get())) {
      synchronized (found) {
        found.put(key, current.get() + line(root.get()));
      }
    }
    return root;
  }

  /** Returns whether a line says everything about a root. */
  private static boolean isPlain(Descriptor root) {
    return root.platform().isEmpty()
        && root.annotations().size() == 1
        && root.mediaType().chars().noneMatch(Character::isISOControl);
  }

  private static String line(Descriptor root) {
    return String.join(
        BETWEEN, root.mediaType(), root.digest().toString(), String.valueOf(root.size()));
  }

  // The generated method of the record costs milliseconds in every process that calls it.
  private static String text(FileStamp stamp) {
    return String.join(
        " ",
        stamp.key(),
        String.valueOf(stamp.size()),
        String.valueOf(stamp.modified()),
        String.valueOf(stamp.changed()),
        "");
  }

  /** Returns answers to keep, and forgets them. */
  Map<String, String> found() {
    synchronized (found) {
      Map<String, String> all = new HashMap<>(found);
      found.clear();
      return all;
    }
  }
}
