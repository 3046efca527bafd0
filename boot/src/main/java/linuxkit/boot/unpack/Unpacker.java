package linuxkit.boot.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import linuxkit.base.FileFailure;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.read.FileVisitor;
import linuxkit.filesystem.read.StoredFile;

/**
 * Creates the files of an artefact in a new folder, and nothing outside: only what this created is
 * written to, and symbolic links are made after everything else.
 */
public final class Unpacker implements FileVisitor {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private final Path folder;
  private final boolean preserve;
  // What this has created: all files but symbolic links, which are made at the end.
  private final TreeMap<String, StoredFile> made = new TreeMap<>();
  private final Map<String, StoredFile> symlinks = new LinkedHashMap<>();
  private int skipped;

  private Unpacker(Path folder, boolean preserve) {
    this.folder = folder;
    this.preserve = preserve;
  }

  /**
   * Unpacks an artefact.
   *
   * @param folder missing, or empty
   * @param preserve whether files get their owners, and set-id and sticky modes, which takes root
   * @return how many devices and pipes were left out
   * @throws linuxkit.base.Failure if the artefact cannot be read, or the files cannot be created;
   *     some of them may be there then
   */
  public static int unpack(Path artefact, Path folder, boolean preserve) {
    Unpacker unpacker = new Unpacker(folder, preserve);
    try {
      unpacker.begin();
      ArtefactReader.read(artefact, unpacker::tryVisit);
      unpacker.finish();
    } catch (IOException e) {
      throw FileFailure.of("cannot unpack into", folder, e);
    }
    return unpacker.skipped;
  }

  private void begin() throws IOException {
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
    } catch (FileAlreadyExistsException e) {
      if (Files.isSymbolicLink(folder) || !Files.isDirectory(folder)) {
        throw e;
      }
      try (var files = Files.newDirectoryStream(folder)) {
        if (files.iterator().hasNext()) {
          throw new UnpackFailure(
              "the folder is not empty", folder.toString(), "name a folder that does not exist");
        }
      }
      // Nobody else can put a link into it meanwhile.
      Files.setPosixFilePermissions(folder, PRIVATE);
    }
  }

  private void tryVisit(StoredFile file, InputStream content) {
    try {
      visit(file, content);
    } catch (IOException e) {
      throw FileFailure.of("cannot unpack", place(file.path()), e);
    }
  }

  @Override
  public void visit(StoredFile file, InputStream content) throws IOException {
    if (file.path().isEmpty()) {
      made.put("", file);
      return;
    }
    parents(file);
    remove(file);
    switch (file.type()) {
      case DIRECTORY -> directory(file);
      case FILE -> write(file, content, true);
      case HARD_LINK -> link(file, content);
      case SYMLINK -> symlinks.put(file.path(), file);
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> skipped++;
    }
  }

  // The JDK cannot create names that are not UTF-8.
  private Path place(String path) {
    try {
      return folder.resolve(NameBytes.shown(path));
    } catch (InvalidPathException _) {
      throw new UnpackFailure("its name is not valid", "/" + path, "");
    }
  }

  private static UnpackFailure refused(String what, StoredFile file) {
    return new UnpackFailure(what, "/" + file.path(), "");
  }

  /** Creates missing folders above a file; whatever else is there is refused. */
  private void parents(StoredFile file) throws IOException {
    String path = file.path();
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String above = path.substring(0, slash);
      StoredFile there = made.get(above);
      if (symlinks.containsKey(above)
          || (there != null && there.type() != TarEntry.Type.DIRECTORY)) {
        throw refused("it is below /" + above + ", which is not a directory", file);
      }
      if (there == null) {
        Files.createDirectory(place(above), PosixFilePermissions.asFileAttribute(PRIVATE));
        made.put(
            above,
            StoredFile.of(
                above,
                TarEntry.Type.DIRECTORY,
                Metadata.of(0755, 0, 0, file.metadata().modified()),
                "",
                0));
      }
    }
  }

  /** Removes an earlier file of the same name, as unpacking an archive does. */
  private void remove(StoredFile file) throws IOException {
    symlinks.remove(file.path());
    StoredFile there = made.get(file.path());
    if (there == null) {
      return;
    }
    if (there.type() == TarEntry.Type.DIRECTORY) {
      if (file.type() != TarEntry.Type.DIRECTORY) {
        throw refused("it is a directory and something else", file);
      }
    } else {
      Files.delete(place(file.path()));
      made.remove(file.path());
    }
  }

  private void directory(StoredFile file) throws IOException {
    if (made.put(file.path(), file) == null) {
      Files.createDirectory(place(file.path()), PosixFilePermissions.asFileAttribute(PRIVATE));
    }
  }

  private void write(StoredFile file, InputStream content, boolean fresh) throws IOException {
    Path path = place(file.path());
    try (FileChannel channel =
            FileChannel.open(
                path,
                fresh
                    ? Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                    : Set.of(LinkOption.NOFOLLOW_LINKS, StandardOpenOption.WRITE));
        OutputStream out = Channels.newOutputStream(channel)) {
      content.transferTo(out);
    }
    if (fresh) {
      made.put(file.path(), file);
      attributes(path, file);
    }
  }

  private void link(StoredFile file, InputStream content) throws IOException {
    StoredFile first = made.get(file.link());
    if (first == null || first.type() == TarEntry.Type.DIRECTORY) {
      // A link to a device that was left out, or to nothing.
      skipped++;
      return;
    }
    Files.createLink(place(file.path()), place(file.link()));
    made.put(file.path(), file);
    if (file.size() > 0) {
      // The first name, which was created without data, may not permit writing.
      Files.setPosixFilePermissions(place(file.path()), PRIVATE);
      write(file, content, false);
      attributes(place(file.path()), file);
    }
  }

  private void attributes(Path path, StoredFile file) throws IOException {
    int mode = file.metadata().permissions();
    if (preserve) {
      Files.setAttribute(path, "unix:uid", (int) file.metadata().uid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", (int) file.metadata().gid(), LinkOption.NOFOLLOW_LINKS);
      if (file.type() == TarEntry.Type.SYMLINK) {
        return;
      }
    }
    Files.setAttribute(path, "unix:mode", preserve ? mode : mode & 0777);
    Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(FileTime.fromMillis(file.metadata().modified() * 1000), null, null);
  }

  private void finish() throws IOException {
    for (StoredFile link : symlinks.values()) {
      try {
        Files.createSymbolicLink(place(link.path()), Path.of(NameBytes.shown(link.link())));
      } catch (InvalidPathException _) {
        throw new UnpackFailure("its target is not valid", "/" + link.path(), "");
      }
      if (preserve) {
        attributes(place(link.path()), link);
      }
    }
    // The deepest first, since a directory may not permit changes in it.
    for (StoredFile file : made.descendingMap().values()) {
      if (file.type() == TarEntry.Type.DIRECTORY) {
        attributes(place(file.path()), file);
      }
    }
    if (!made.containsKey("")) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }
}
