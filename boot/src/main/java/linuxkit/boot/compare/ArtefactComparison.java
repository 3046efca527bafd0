package linuxkit.boot.compare;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import linuxkit.base.Failure;
import linuxkit.base.FileFailure;
import linuxkit.boot.compare.ArtefactDifference.Kind;
import linuxkit.boot.unpack.ArtefactReader;
import org.jspecify.annotations.Nullable;

/**
 * Compares two artefacts byte for byte. If they differ, it reads them to find the file that does:
 * in a partition, in a unified kernel image, in an initrd.
 */
public final class ArtefactComparison {
  // A disk holds a unified kernel image, which holds an initrd, which may hold an image of a root.
  private static final int DEEPEST = 4;

  private final Path scratch;
  private final Set<String> derived;
  private int copies;

  /**
   * @param scratch folder for copies of files that differ; the caller deletes it
   * @param derived paths of files that are made from other files, such as bills of materials; one
   *     is only the first difference if nothing else differs
   */
  public ArtefactComparison(Path scratch, Set<String> derived) {
    this.scratch = scratch;
    this.derived = Set.copyOf(derived);
  }

  /**
   * Returns the first difference; empty if the files are equal.
   *
   * @throws FileFailure if one cannot be read
   */
  public Optional<ArtefactDifference> compare(Path one, Path two) {
    try {
      long at = Files.mismatch(one, two);
      return at < 0 ? Optional.empty() : Optional.of(inside(one, two, at, List.of()));
    } catch (IOException e) {
      throw FileFailure.of("cannot compare", one, e);
    }
  }

  private ArtefactDifference inside(Path one, Path two, long at, List<String> place)
      throws IOException {
    ArtefactDifference whole = new ArtefactDifference(place, at, Kind.CONTENT, List.of());
    if (place.size() == DEEPEST) {
      return whole;
    }
    List<String> different;
    SequencedMap<String, FileFacts> first;
    SequencedMap<String, FileFacts> second;
    try {
      first = FileFacts.of(one);
      second = FileFacts.of(two);
      different = different(first, second);
    } catch (Failure _) {
      // Not an artefact, or one that is damaged: the offset says where.
      return whole;
    }
    if (different.isEmpty()) {
      return whole;
    }
    String name = different.getFirst();
    List<String> inner = new ArrayList<>(place);
    inner.add(name);
    List<String> others =
        different.subList(1, Math.min(different.size(), 1 + ArtefactDifference.MOST_OTHERS));
    FileFacts before = first.get(name);
    FileFacts after = second.get(name);
    if (before == null || after == null) {
      return new ArtefactDifference(inner, 0, before == null ? Kind.ADDED : Kind.MISSING, others);
    }
    if (before.sha256().equals(after.sha256())) {
      return new ArtefactDifference(inner, 0, Kind.ATTRIBUTES, others);
    }
    ArtefactDifference found = content(one, two, name, inner);
    return found.place().size() > inner.size()
        ? found
        : new ArtefactDifference(found.place(), found.offset(), found.kind(), others);
  }

  private ArtefactDifference content(Path one, Path two, String name, List<String> inner)
      throws IOException {
    Path before = copy(one, name);
    Path after = copy(two, name);
    long at = Math.max(0, Files.mismatch(before, after));
    ArtefactDifference found = inside(before, after, at, inner);
    Files.delete(before);
    Files.delete(after);
    return found;
  }

  /**
   * Returns the paths that differ, in the order of the first artefact: contents before attributes,
   * derived files last.
   */
  private List<String> different(
      SequencedMap<String, FileFacts> one, SequencedMap<String, FileFacts> two) {
    Map<String, Boolean> all = new LinkedHashMap<>();
    one.keySet().forEach(path -> all.put(path, true));
    two.keySet().forEach(path -> all.put(path, true));
    List<String> contents = new ArrayList<>();
    List<String> others = new ArrayList<>();
    List<String> last = new ArrayList<>();
    for (String path : all.keySet()) {
      @Nullable FileFacts before = one.get(path);
      @Nullable FileFacts after = two.get(path);
      if (!Objects.equals(before, after)) {
        boolean content =
            before != null && after != null && !before.sha256().equals(after.sha256());
        (derived.contains(path) ? last : content ? contents : others).add(path);
      }
    }
    contents.addAll(others);
    contents.addAll(last);
    return contents;
  }

  private Path copy(Path artefact, String name) throws IOException {
    Path copy = scratch.resolve("part-" + ++copies);
    int[] seen = new int[1];
    try (OutputStream out = Files.newOutputStream(copy)) {
      ArtefactReader.readParts(
          artefact,
          (file, content) -> {
            boolean same = name.equals(file.path()) || name.startsWith(file.path() + "#");
            if (same && name.equals(numbered(file.path(), ++seen[0]))) {
              content.transferTo(out);
            }
          });
    }
    return copy;
  }

  private static String numbered(String path, int count) {
    return count == 1 ? path : path + "#" + count;
  }
}
