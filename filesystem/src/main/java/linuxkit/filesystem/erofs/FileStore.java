package linuxkit.filesystem.erofs;

import java.io.IOException;

/** Writes all files other than directories, one after the other. */
interface FileStore extends AutoCloseable {
  /** Adds a file. It is written now or later, but before files that are added after it. */
  void add(ErofsInode inode) throws IOException;

  /** Writes everything that is pending, with all inodes. Their positions are known then. */
  void finish() throws IOException;

  /** Returns whether several inodes share compressed blocks. Must be called at the end. */
  boolean sharesCompressed();

  @Override
  void close();
}
