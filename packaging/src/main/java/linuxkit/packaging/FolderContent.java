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
import linuxkit.base.Sha256;
import linuxkit.packaging.git.FolderState;

/**
 * Hashes what an image takes from its component's folder: the definition, and every file that it
 * installs. Unlike the tag, the hash also covers files that git ignores, and cannot be chosen by
 * the definition.
 */
final class FolderContent {
  private static final int MAX_DEPTH = 100;

  private final MessageDigest hash = Sha256.digest();

  private FolderContent() {}

  /**
   * Returns a SHA-256 in 64 hexadecimal digits.
   *
   * @param gitHash the hash in the component's tag, which covers files that are not installed
   * @param sources the sources that the definition installs, relative to the folder
   * @throws linuxkit.base.Failure if a file cannot be read
   */
  static String hash(Path folder, String gitHash, byte[] definition, List<String> sources) {
    FolderContent content = new FolderContent();
    content.add(gitHash);
    content.add(Sha256.hex(definition));
    for (String source : sources) {
      content.add(source);
      content.addSource(folder, source);
    }
    return HexFormat.of().formatHex(content.hash.digest());
  }

  /** Returns the hash of texts, each of which counts with its length. */
  static String hash(List<String> texts) {
    FolderContent content = new FolderContent();
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
      children.sort(null);
      add("directory of " + children.size());
      for (Path child : children) {
        add(String.valueOf(child.getFileName()));
        addFile(child, depth + 1);
      }
    } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      add(FolderState.isExecutable(file) ? "program" : "file");
      add(Sha256.of(file));
    } else {
      add("other");
    }
  }
}
