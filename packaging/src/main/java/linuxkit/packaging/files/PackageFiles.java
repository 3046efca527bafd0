package linuxkit.packaging.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.LinkPath;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.packaging.debian.MergedUsr;
import linuxkit.packaging.debian.TemporaryStorage;
import linuxkit.yaml.Position;

/**
 * Makes files from those of packages, and remembers which ones were used. The tree has all files of
 * the packages, so that also those that the image leaves out can be used.
 */
public final class PackageFiles {
  private static final int MODE = 0644;
  private static final int LARGEST_CERTIFICATES = 1 << 24;

  private record Source(Node.RegularFile file, Position position) {}

  private final FileTree tree;
  private final TemporaryStorage storage;
  private final long modified;
  private final SortedSet<String> used = new TreeSet<>();

  /**
   * @param storage keeps the bytes of files that are made
   * @param modified the time of files that are made, in seconds since 1970
   */
  public PackageFiles(FileTree tree, TemporaryStorage storage, long modified) {
    this.tree = tree;
    this.storage = storage;
    this.modified = modified;
  }

  /** Returns the paths of all files that were used so far, and of the links that led to them. */
  public SortedSet<String> used() {
    return Collections.unmodifiableSortedSet(used);
  }

  /**
   * Returns a file of a package, which symbolic links may lead to.
   *
   * @param path absolute
   * @throws PackageFileFailure if no package has it
   */
  public Node.RegularFile copy(String path, Position position) {
    LinkPath found =
        LinkPath.follow(tree, MergedUsr.map(path.replaceFirst("^/+", "")))
            .orElseThrow(() -> PackageFileFailure.missing(path, position));
    if (!(found.end().node() instanceof Node.RegularFile file)) {
      throw PackageFileFailure.missing(path, position);
    }
    used.addAll(found.links());
    used.add(found.end().path());
    return file;
  }

  /**
   * Joins all files that match one of the patterns, in the order of their paths. A file that does
   * not end with a newline gets one.
   *
   * @throws PackageFileFailure if a pattern matches no file
   */
  public Node.RegularFile concatenate(List<SourcePattern> patterns) {
    Collection<Source> sources = find(patterns).values();
    try {
      return file(
          storage.add(
              out -> {
                for (Source source : sources) {
                  append(source.file().content(), out);
                }
              }));
    } catch (IOException e) {
      throw FileFailure.of("cannot read a file of a package", e);
    }
  }

  private static void append(Content content, OutputStream out) throws IOException {
    int last = '\n';
    byte[] buffer = new byte[1 << 13];
    try (InputStream in = content.open()) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        out.write(buffer, 0, length);
        last = length > 0 ? buffer[length - 1] : last;
      }
    }
    if (last != '\n') {
      out.write('\n');
    }
  }

  /**
   * Makes a key store for Java of the certificates in all files that match one of the patterns.
   *
   * @throws PackageFileFailure if a pattern matches no file, or one that has no certificates
   */
  public Node.RegularFile javaKeyStore(List<SourcePattern> patterns) {
    JavaKeyStore store = new JavaKeyStore(modified);
    find(patterns)
        .forEach(
            (path, source) -> {
              String name = path.substring(path.lastIndexOf('/') + 1);
              for (Certificate certificate : certificates(path, source)) {
                store.add(name.replaceFirst("\\.(crt|pem)$", ""), certificate);
              }
            });
    return file(Content.of(store.bytes()));
  }

  private static Collection<? extends Certificate> certificates(String path, Source source) {
    Content content = source.file().content();
    if (content.size() > LARGEST_CERTIFICATES) {
      throw PackageFileFailure.tooLarge(path, source.position());
    }
    try (InputStream in = content.open()) {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(in.readAllBytes()));
      if (all.isEmpty()) {
        throw PackageFileFailure.notCertificate(path, source.position(), new IOException("empty"));
      }
      return all;
    } catch (CertificateException e) {
      throw PackageFileFailure.notCertificate(path, source.position(), e);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", Path.of("/" + path), e);
    }
  }

  private Node.RegularFile file(Content content) {
    return new Node.RegularFile(Metadata.of(MODE, 0, 0, modified), content);
  }

  private SortedMap<String, Source> find(List<SourcePattern> patterns) {
    SortedMap<String, Source> found = new TreeMap<>();
    for (SourcePattern pattern : patterns) {
      SortedMap<String, Source> matches = new TreeMap<>();
      tree.walk(
          entry -> {
            if (entry.node() instanceof Node.RegularFile file
                && pattern.path().matches(entry.path())) {
              matches.put(entry.path(), new Source(file, pattern.position()));
            }
          });
      if (matches.isEmpty()) {
        throw PackageFileFailure.missing(pattern.path().text(), pattern.position());
      }
      found.putAll(matches);
    }
    used.addAll(found.keySet());
    return found;
  }
}
