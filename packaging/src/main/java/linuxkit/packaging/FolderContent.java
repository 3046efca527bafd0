package linuxkit.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import linuxkit.base.FileFailure;
import linuxkit.base.FileStamp;
import linuxkit.base.Sha256;
import linuxkit.base.cache.WorkCache;
import linuxkit.packaging.git.FolderState;
import org.jspecify.annotations.Nullable;

/**
 * Hashes what an image takes from its component's folder: the definition, and every file that it
 * installs. Unlike the tag, the hash also covers files that git ignores, and cannot be chosen by
 * the definition.
 */
final class FolderContent {
  private static final int MAX_DEPTH = 100;

  private static final String KIND = "source-1";
  private static final long LARGE = 1 << 20;

  private final MessageDigest hash = Sha256.digest();

  // Hashes of large files, by their stamps; none in processes that have no cache.
  private final @Nullable WorkCache work;

  private @Nullable Path excluded;

  private FolderContent(@Nullable WorkCache work) {
    this.work = work;
  }

  /**
   * Returns a SHA-256 in 64 hexadecimal digits.
   *
   * @param gitHash the hash in the component's tag, which covers files that are not installed
   * @param work caches the hashes of large files
   * @throws linuxkit.base.Failure if a file cannot be read
   */
  static String of(
      Path folder,
      String gitHash,
      byte[] definition,
      BuildSummary summary,
      @Nullable WorkCache work) {
    return summary.usesDockerfile()
        ? ofDockerfile(folder, gitHash, definition, summary.extraSources(), work)
        : hash(folder, gitHash, definition, summary.sources(), work);
  }

  private static String hash(
      Path folder,
      String gitHash,
      byte[] definition,
      List<String> sources,
      @Nullable WorkCache work) {
    FolderContent content = new FolderContent(work);
    content.add(gitHash);
    content.add(Sha256.hex(definition));
    for (String source : sources) {
      content.add(source);
      content.addSource(folder, source);
    }
    return HexFormat.of().formatHex(content.hash.digest());
  }

  // A Dockerfile may use every file of the folder and of the extra sources.
  private static String ofDockerfile(
      Path folder,
      String gitHash,
      byte[] definition,
      List<String> extraSources,
      @Nullable WorkCache work) {
    FolderContent content = new FolderContent(work);
    content.add("Dockerfile");
    content.add(gitHash);
    content.add(Sha256.hex(definition));
    List<String> sources = new ArrayList<>(List.of(""));
    sources.addAll(extraSources);
    for (String source : sources) {
      Path from = folder.resolve(source);
      try {
        content.add(source);
        Path real = from.toRealPath();
        content.excluded = real.resolve(".git");
        content.addFile(real, 0);
      } catch (IOException e) {
        throw FileFailure.of("cannot read", from, e);
      }
    }
    return HexFormat.of().formatHex(content.hash.digest());
  }

  /** Returns the hash of texts, each of which counts with its length. */
  static String hash(List<String> texts) {
    FolderContent content = new FolderContent(null);
    texts.forEach(content::add);
    return HexFormat.of().formatHex(content.hash.digest());
  }

  private void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hash.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    hash.update(bytes);
  }

  // What FileInstaller refuses is not read here either; the build reports it.
  private void addSource(Path folder, String source) {
    Path from = folder.resolve(source);
    try {
      if (!Files.exists(from)) {
        add("missing");
        return;
      }
      Path real = from.toRealPath();
      if (real.startsWith(folder.toRealPath())) {
        addFile(real, 0);
      } else {
        add("outside");
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot read", from, e);
    }
  }

  // A file whose stamp is the same has not been written to, so a large one is not read again.
  private String fileHash(Path file) throws IOException {
    FileStamp stamp = FileStamp.of(file);
    if (work == null || stamp.size() < LARGE) {
      return Sha256.of(file);
    }
    String key =
        stamp.key()
            + " "
            + stamp.size()
            + " "
            + stamp.modified()
            + " "
            + stamp.changed()
            + " "
            + file;
    byte[] hash =
        work.bytes(
            KIND,
            Sha256.hex(key.getBytes(StandardCharsets.UTF_8)),
            out -> out.write(Sha256.of(file).getBytes(StandardCharsets.US_ASCII)));
    return new String(hash, StandardCharsets.US_ASCII);
  }

  private void addFile(Path file, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("directories nested more than " + MAX_DEPTH + " deep");
    }
    if (Files.isSymbolicLink(file)) {
      add("link");
      add(Files.readSymbolicLink(file).toString());
    } else if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      List<Path> children = new ArrayList<>();
      try (DirectoryStream<Path> found = Files.newDirectoryStream(file)) {
        found.forEach(children::add);
      }
      // Builders do not get the repository, see BuildContext.
      children.removeIf(child -> child.equals(excluded));
      children.sort(null);
      add("directory of " + children.size());
      for (Path child : children) {
        add(String.valueOf(child.getFileName()));
        addFile(child, depth + 1);
      }
    } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      add(FolderState.isExecutable(file) ? "program" : "file");
      add(fileHash(file));
    } else {
      add("other");
    }
  }
}
