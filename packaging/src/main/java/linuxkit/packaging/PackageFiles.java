package linuxkit.packaging;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.packaging.debian.PackageTree;
import linuxkit.packaging.debian.TemporaryStorage;
import linuxkit.packaging.definition.BuildFile.FileEntry;
import linuxkit.packaging.definition.BuildFile.FileSource;
import linuxkit.packaging.definition.BuildFile.FileSource.FromPackages;
import linuxkit.packaging.files.JavaKeystore;
import linuxkit.packaging.files.PathPattern;

/**
 * The entries under {@code files:} whose content comes from files of the packages. It is collected
 * before those that are not kept are removed.
 */
final class PackageFiles {
  // A bundle of certificates has a quarter of a MiB.
  private static final long LARGEST = 64L << 20;

  private record Installed(FileEntry entry, Content content, int permissions) {}

  private final Path buildFile;
  private final PackageTree packages;
  private final TemporaryStorage storage;
  private final List<Installed> files = new ArrayList<>();
  private final Set<String> owners = new TreeSet<>();

  /**
   * Collects the content.
   *
   * @param buildFile for messages
   * @param storage keeps it until the image is written
   * @throws PackageFailure if no package has a file that is asked for
   */
  PackageFiles(
      Path buildFile, List<FileEntry> entries, PackageTree packages, TemporaryStorage storage) {
    this.buildFile = buildFile;
    this.packages = packages;
    this.storage = storage;
    for (FileEntry entry : entries) {
      if (entry.source() instanceof FromPackages source) {
        SequencedMap<String, Node.RegularFile> found = find(source);
        files.add(installed(entry, source, found));
        found.keySet().forEach(path -> owners.add(packages.owners().get(path)));
      }
    }
  }

  /** Returns the names of the packages that content was taken from. */
  Set<String> owners() {
    return owners;
  }

  /** Puts the files into a component's tree. */
  void addTo(FileTree tree) {
    for (Installed file : files) {
      FileEntry entry =
          file.entry().owner().map(owner -> file.entry().with(owner.in(tree))).orElse(file.entry());
      FileInstaller.makeParents(tree, entry.path());
      Metadata metadata =
          Metadata.of(
              entry.mode().orElse(file.permissions()),
              entry.uid(),
              entry.gid(),
              ImageDocuments.TIME);
      tree.put(entry.path(), new Node.RegularFile(metadata, file.content()), Origin.NONE);
    }
  }

  private SequencedMap<String, Node.RegularFile> find(FromPackages source) {
    SequencedMap<String, Node.RegularFile> found = new LinkedHashMap<>();
    long size = 0;
    for (PathPattern pattern : source.patterns()) {
      List<String> paths = packages.owners().keySet().stream().filter(pattern::matches).toList();
      if (paths.isEmpty()) {
        throw PackageFailure.noPackageFile(source.position().toString(), pattern.text());
      }
      for (String path : paths) {
        if (packages.tree().find(path).orElseThrow().node() instanceof Node.RegularFile file) {
          size += found.putIfAbsent(path, file) == null ? file.content().size() : 0;
        } else if (source instanceof FileSource.Copy) {
          throw PackageFailure.notAFile(source.position().toString(), pattern.text());
        }
      }
    }
    if (found.isEmpty() || (size > LARGEST && !(source instanceof FileSource.Copy))) {
      throw PackageFailure.notAFile(
          source.position().toString(), source.patterns().getFirst().text());
    }
    return found;
  }

  private Installed installed(
      FileEntry entry, FromPackages source, SequencedMap<String, Node.RegularFile> found) {
    return switch (source) {
      case FileSource.Copy _ -> {
        Node.RegularFile file = found.firstEntry().getValue();
        yield new Installed(entry, file.content(), file.metadata().permissions());
      }
      case FileSource.Concatenate _ -> new Installed(entry, concatenated(found), 0644);
      case FileSource.JavaKeystore _ -> new Installed(entry, keystore(source, found), 0644);
    };
  }

  private Content concatenated(SequencedMap<String, Node.RegularFile> found) {
    try {
      return storage.add(
          out -> {
            for (Node.RegularFile file : found.values()) {
              byte[] bytes = read(file);
              out.write(bytes);
              if (bytes.length > 0 && bytes[bytes.length - 1] != '\n') {
                out.write('\n');
              }
            }
          });
    } catch (IOException e) {
      throw FileFailure.of("cannot read files of packages", buildFile, e);
    }
  }

  private Content keystore(FromPackages source, SequencedMap<String, Node.RegularFile> found) {
    SequencedMap<String, Certificate> certificates = new LinkedHashMap<>();
    for (Map.Entry<String, Node.RegularFile> each : found.entrySet()) {
      String name = each.getKey().substring(each.getKey().lastIndexOf('/') + 1);
      try {
        int number = 0;
        for (Certificate certificate :
            CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(read(each.getValue())))) {
          certificates.put(number == 0 ? name : name + "-" + number, certificate);
          number++;
        }
      } catch (CertificateException e) {
        throw PackageFailure.badCertificate(source.position().toString(), each.getKey());
      } catch (IOException e) {
        throw FileFailure.of("cannot read files of packages", buildFile, e);
      }
    }
    return Content.of(JavaKeystore.write(certificates, ImageDocuments.TIME));
  }

  private static byte[] read(Node.RegularFile file) throws IOException {
    try (InputStream in = file.content().open()) {
      return in.readAllBytes();
    }
  }
}
