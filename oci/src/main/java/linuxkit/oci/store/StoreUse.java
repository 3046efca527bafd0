package linuxkit.oci.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import linuxkit.base.FileFailure;
import linuxkit.base.own.SharedFolder;
import org.jspecify.annotations.Nullable;

/**
 * A lock on a store, shared by processes that read and add, exclusive for one that deletes. It uses
 * record locks on {@code .users}, which end with their process even if it is killed. Byte 1 is the
 * lock. Byte 0 is a gate: a process that wants to delete closes it to new users, so that it is not
 * starved.
 *
 * <p>There is one instance per store and process, because record locks belong to the whole process
 * and end when any channel of the file is closed.
 */
final class StoreUse {
  private static final ConcurrentHashMap<Path, StoreUse> ALL = new ConcurrentHashMap<>();
  private static final long GATE = 0;
  private static final long USERS = 1;

  private static final String NAME = ".users";

  private final SharedFolder root;
  private final Path file;
  private final ReentrantLock threads = new ReentrantLock();
  private final Condition changed = threads.newCondition();
  private int users;
  private boolean exclusive;
  private @Nullable FileChannel channel;

  private StoreUse(SharedFolder root) {
    this.root = root;
    this.file = root.path().resolve(NAME);
  }

  /**
   * Returns the instance for a store.
   *
   * @param root a directory that exists
   */
  static StoreUse of(SharedFolder root) throws IOException {
    return ALL.computeIfAbsent(root.path().toRealPath(), _ -> new StoreUse(root));
  }

  /** Waits until no process deletes, and prevents deletion until {@link #end}. */
  void begin() {
    threads.lock();
    try {
      while (exclusive) {
        changed.awaitUninterruptibly();
      }
      if (users == 0) {
        channel = open();
        if (channel != null) {
          lockShared(channel);
        }
      }
      users++;
    } finally {
      threads.unlock();
    }
  }

  void end() {
    threads.lock();
    try {
      if (--users == 0) {
        close();
      }
      changed.signalAll();
    } finally {
      threads.unlock();
    }
  }

  /**
   * Waits until nobody else uses the store, then does the work exclusively.
   *
   * @param waiting called if it has to wait
   */
  <T> T exclusively(Runnable waiting, Supplier<T> work) {
    threads.lock();
    try {
      if (exclusive || users > 0) {
        waiting.run();
      }
      while (exclusive || users > 0) {
        changed.awaitUninterruptibly();
      }
      exclusive = true;
    } finally {
      threads.unlock();
    }
    try (FileChannel own = openForWriting()) {
      lock(own, GATE, waiting);
      lock(own, USERS, waiting);
      return work.get();
    } catch (IOException e) {
      throw FileFailure.of("cannot lock", file, e);
    } finally {
      endExclusive();
    }
  }

  /**
   * Does the work exclusively if nobody else uses the store. Returns empty without waiting
   * otherwise.
   */
  <T> Optional<T> tryExclusively(Supplier<T> work) {
    threads.lock();
    try {
      if (exclusive || users > 0) {
        return Optional.empty();
      }
      exclusive = true;
    } finally {
      threads.unlock();
    }
    try (FileChannel own = openForWriting()) {
      boolean free = own.tryLock(GATE, 1, false) != null && own.tryLock(USERS, 1, false) != null;
      return free ? Optional.of(work.get()) : Optional.empty();
    } catch (IOException e) {
      throw FileFailure.of("cannot lock", file, e);
    } finally {
      endExclusive();
    }
  }

  private void endExclusive() {
    threads.lock();
    try {
      exclusive = false;
      changed.signalAll();
    } finally {
      threads.unlock();
    }
  }

  private static void lock(FileChannel channel, long position, Runnable waiting)
      throws IOException {
    if (channel.tryLock(position, 1, false) == null) {
      waiting.run();
      channel.lock(position, 1, false);
    }
  }

  private void lockShared(FileChannel channel) {
    try (FileLock _ = channel.lock(GATE, 1, true)) {
      channel.lock(USERS, 1, true);
    } catch (IOException e) {
      throw FileFailure.of("cannot lock", file, e);
    }
  }

  private FileChannel openForWriting() throws IOException {
    return root.open(
        NAME, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  // A user who may only read the store cannot lock it if {@code .users} does not exist yet.
  private @Nullable FileChannel open() {
    try {
      return openForWriting();
    } catch (IOException _) {
      try {
        return root.open(NAME, StandardOpenOption.READ);
      } catch (IOException _) {
        return null;
      }
    }
  }

  private void close() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw FileFailure.of("cannot unlock", file, e);
      }
    }
  }
}
