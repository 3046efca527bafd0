package linuxkit.boot.loader;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.system.manifest.BootComponent;

/** The files of one boot component. */
public final class LoaderFiles {
  // A generous limit: the largest boot loader has less than 1 MiB.
  private static final long LARGEST = 64 << 20;

  private final BootComponent component;
  private final FileTree files;

  public LoaderFiles(BootFiles from, BootComponent component) {
    this.component = component;
    this.files = from.of(component);
  }

  /**
   * Finds a file.
   *
   * @param path without a leading slash or symbolic links
   * @throws LoaderFailure if it is missing or not a regular file
   */
  public Content find(String path) {
    Optional<FileTree.Entry> found = files.find(path);
    if (found.isPresent() && found.get().node() instanceof Node.RegularFile file) {
      return file.content();
    }
    throw new LoaderFailure(
        "there is no file /" + path + " in the image of the component " + component.key(),
        "",
        "check the key boot." + component.key() + " of the manifest");
  }

  /** Reads a file, which must be small. */
  public byte[] read(String path) {
    return read(find(path), path);
  }

  private byte[] read(Content content, String path) {
    if (content.size() > LARGEST) {
      throw new LoaderFailure("/" + path + " is too large for a boot loader", "", "");
    }
    try (InputStream in = content.open()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw FileFailure.of("cannot read", java.nio.file.Path.of(path), e);
    }
  }

  public FileTree tree() {
    return files;
  }
}
