package linuxkit.filesystem.erofs;

import java.io.IOException;

/** Where all files that are no directories are written to, one after the other. */
interface FileStore extends AutoCloseable {
  /** Writes a file now or later, but before those that are added after it. */
  void add(Inode inode) throws IOException;

  /** Writes what was not written yet, with all inodes: then their places are settled. */
  void finish() throws IOException;

  /** Whether several inodes have the same compressed blocks; to be asked for at the end. */
  boolean sharesCompressed();

  @Override
  void close();
}
