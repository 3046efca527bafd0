package linuxkit.boot.unpack;

import java.io.IOException;
import java.io.InputStream;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.read.FileVisitor;
import linuxkit.filesystem.read.StoredFile;

/** Passes on files as those of a folder. */
final class InFolder {
  private InFolder() {}

  static FileVisitor of(String folder, FileVisitor visitor) throws IOException {
    visitor.visit(
        StoredFile.of(folder, TarEntry.Type.DIRECTORY, Metadata.of(0755, 0, 0, 0), "", 0),
        InputStream.nullInputStream());
    return (file, content) ->
        visitor.visit(
            new StoredFile(
                folder + "/" + file.path(),
                file.type(),
                file.metadata(),
                file.link(),
                file.device(),
                file.size()),
            content);
  }
}
