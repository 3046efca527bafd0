package linuxkit.packaging.git;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * The objects of a repository: loose ones, packs, and those of alternates (gitrepository-layout).
 * Safe for use by several threads.
 */
final class ObjectDatabase implements AutoCloseable {
  private static final int MAX_ALTERNATES = 32;
  private static final int MAX_KEPT = 1 << 22;

  private final Path repository;
  private final List<Path> folders = new ArrayList<>();
  private final List<PackFile> packs = new ArrayList<>();
  // By id. The components of a system share a commit and the trees above them.
  private final Map<String, GitObject> kept = new HashMap<>();
  private int keptBytes;
  private boolean opened;
  private int depth;

  private ObjectDatabase(Path repository) {
    this.repository = repository;
  }

  static ObjectDatabase open(Path commonDirectory) throws IOException {
    ObjectDatabase database = new ObjectDatabase(commonDirectory);
    database.add(commonDirectory.resolve("objects"));
    return database;
  }

  private void add(Path folder) throws IOException {
    Path clean = folder.normalize();
    if (folders.contains(clean) || folders.size() > MAX_ALTERNATES) {
      return;
    }
    folders.add(clean);
    Path alternates = clean.resolve("info/alternates");
    if (Files.isRegularFile(alternates)) {
      for (String line : Files.readAllLines(alternates)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          add(clean.resolve(line));
        }
      }
    }
  }

  /** Opens the packs when the first object is needed that is not loose. */
  private List<PackFile> packs() throws IOException {
    if (!opened) {
      opened = true;
      for (Path folder : folders) {
        Path packFolder = folder.resolve("pack");
        if (Files.isDirectory(packFolder)) {
          try (DirectoryStream<Path> found = Files.newDirectoryStream(packFolder, "pack-*.idx")) {
            for (Path index : found) {
              packs.add(PackFile.open(index));
            }
          }
        }
      }
    }
    return packs;
  }

  synchronized GitObject read(ObjectId id) throws IOException {
    GitObject known = kept.get(id.hex());
    if (known != null) {
      return known;
    }
    GitObject object = find(id);
    if (keptBytes + object.bytes().length <= MAX_KEPT) {
      keptBytes += object.bytes().length;
      kept.put(id.hex(), object);
    }
    return object;
  }

  private GitObject find(ObjectId id) throws IOException {
    for (Path folder : folders) {
      Optional<GitObject> loose = readLoose(folder, id);
      if (loose.isPresent()) {
        return loose.get();
      }
    }
    // The bases of deltas may be in other packs, but may not form a cycle.
    if (++depth > 64) {
      throw GitFailure.damaged(repository, "deltas with a cycle of bases");
    }
    try {
      for (PackFile pack : packs()) {
        Optional<GitObject> packed = pack.find(id, this::read);
        if (packed.isPresent()) {
          return packed.get();
        }
      }
    } finally {
      depth--;
    }
    throw GitFailure.missing(repository, id);
  }

  private static Optional<GitObject> readLoose(Path folder, ObjectId id) throws IOException {
    Path file = folder.resolve(id.hex().substring(0, 2)).resolve(id.hex().substring(2));
    byte[] all;
    try (InputStream in = new InflaterInputStream(Files.newInputStream(file))) {
      all = in.readNBytes(GitObject.MAX_SIZE);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (ZipException e) {
      throw GitFailure.damaged(file, "an object that does not decompress");
    }
    int end = 0;
    while (end < all.length && all[end] != 0) {
      end++;
    }
    String header = new String(all, 0, Math.min(end, 40), StandardCharsets.ISO_8859_1);
    byte[] content = end == all.length ? new byte[0] : Arrays.copyOfRange(all, end + 1, all.length);
    String size = " " + content.length;
    for (GitObject.Type type : GitObject.Type.values()) {
      if (header.equalsIgnoreCase(type + size)) {
        return Optional.of(new GitObject(type, content));
      }
    }
    throw GitFailure.damaged(file, "an object with an invalid header");
  }

  /** Computes the id of content as git does. */
  static ObjectId idOf(String type, long size, InputStream content) throws IOException {
    var sha1 = ObjectId.newSha1();
    sha1.update((type + " " + size + "\0").getBytes(StandardCharsets.ISO_8859_1));
    byte[] chunk = new byte[1 << 17];
    long left = size;
    for (int n; (n = content.read(chunk)) > 0; left -= n) {
      sha1.update(chunk, 0, n);
    }
    if (left != 0) {
      throw new IOException("the file changed while it was read");
    }
    return ObjectId.of(sha1.digest(), 0);
  }

  static ObjectId idOf(String type, byte[] content) throws IOException {
    return idOf(type, content.length, new ByteArrayInputStream(content));
  }

  @Override
  public synchronized void close() throws IOException {
    IOException failure = null;
    for (PackFile pack : packs) {
      try {
        pack.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
