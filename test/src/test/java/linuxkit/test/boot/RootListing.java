package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import linuxkit.base.Sha256;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.archive.TarReader;

/**
 * What {@code web.sh} of formats.yml must find: type and mode, owner, number of links, size, time
 * and name of every file, and the hash of every content.
 */
final class RootListing {
  private record File(TarEntry entry, String hash, AtomicInteger links) {}

  private RootListing() {}

  /** The hash of the listing of a system, from the tar archive of it. */
  static String digest(Path tar) throws IOException {
    StringBuilder text = new StringBuilder();
    Map<String, File> files = files(tar);
    files.forEach((path, file) -> text.append(line(path, file)));
    files.forEach(
        (path, file) -> {
          if (file.entry.type() == TarEntry.Type.FILE) {
            text.append(file.hash).append("  ").append(path).append('\n');
          }
        });
    return Sha256.hex(text.toString().getBytes(UTF_8));
  }

  /** The hash of what it prints of extended attributes. */
  static String attributesDigest(Path tar) throws IOException {
    List<String> lines = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(tar))) {
      TarReader reader = new TarReader(in, tar.toString());
      Map<String, TarEntry> byPath = new HashMap<>();
      for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
        TarEntry entry = next.get();
        String path = entry.path();
        TarEntry file =
            entry.type() == TarEntry.Type.HARD_LINK
                ? Objects.requireNonNull(byPath.get(entry.link()))
                : entry;
        byPath.put(path, file);
        file.metadata()
            .xattrs()
            .forEach((name, value) -> lines.add("./%s %s=\"%s\"\n".formatted(path, name, value)));
      }
    }
    // Two names of one file, and two attributes of both, and of a third.
    assertThat(lines).hasSizeGreaterThan(6);
    lines.sort(null);
    return Sha256.hex(String.join("", lines).getBytes(UTF_8));
  }

  private static Map<String, File> files(Path tar) throws IOException {
    Map<String, File> files =
        new TreeMap<>((a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)));
    Map<String, File> byPath = new HashMap<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(tar))) {
      TarReader reader = new TarReader(in, tar.toString());
      for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
        TarEntry entry = next.get();
        if (entry.type() == TarEntry.Type.DIRECTORY || entry.path().startsWith("boot/")) {
          continue;
        }
        File file =
            entry.type() == TarEntry.Type.HARD_LINK
                ? Objects.requireNonNull(byPath.get(entry.link()))
                : new File(entry, Sha256.hex(entry.content().readAllBytes()), new AtomicInteger());
        file.links.incrementAndGet();
        byPath.put(entry.path(), file);
        files.put("./" + entry.path(), file);
      }
    }
    return files;
  }

  private static String line(String path, File file) {
    TarEntry entry = file.entry;
    int type =
        switch (entry.type()) {
          case FILE -> 0100000;
          case SYMLINK -> 0120000;
          case CHARACTER_DEVICE -> 0020000;
          case BLOCK_DEVICE -> 0060000;
          case FIFO -> 0010000;
          case DIRECTORY, HARD_LINK -> throw new IllegalStateException(path);
        };
    long size =
        entry.type() == TarEntry.Type.SYMLINK ? entry.link().getBytes(UTF_8).length : entry.size();
    return "%x %d %d %d %d %d %s\n"
        .formatted(
            type | entry.metadata().permissions(),
            entry.metadata().uid(),
            entry.metadata().gid(),
            file.links.get(),
            size,
            entry.metadata().modified(),
            path);
  }
}
