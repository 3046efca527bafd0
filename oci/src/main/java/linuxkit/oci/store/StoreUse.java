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
 * Who uses a store just now: any number of processes that read and add, or one that deletes. It is
 * told by record locks on {@code .users}, which end with their process however it ends. Byte 1 is
 * what it is about; byte 0 is a gate that whoever wants to delete closes behind those who are in,
 * so that it comes to its turn.
 *
 * <p>One object a store and process, because a process's locks are all one, and end when any
 * channel of the file is closed.
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
  private boolean alone;
  private @Nullable FileChannel channel;

  private StoreUse(SharedFolder root) {
    this.root = root;
    this.file = root.path().resolve(NAME);
  }

  static StoreUse of(SharedFolder root) throws IOException {
    return ALL.computeIfAbsent(root.path().toRealPath(), _ -> new StoreUse(root));
  }

  /** Waits until nobody deletes; until it is ended, nobody does. */
  void begin() {
    threads.lock();
    try {
      while (alone) {
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
   * Does work while nobody else uses the store.
   *
   * @param waiting called when that takes a while
   */
  <T> T alone(Runnable waiting, Supplier<T> work) {
    threads.lock();
    try {
      if (alone || users > 0) {
        waiting.run();
      }
      while (alone || users > 0) {
        changed.awaitUninterruptibly();
      }
      alone = true;
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
      endAlone();
    }
  }

  /** The same when nobody does; none otherwise. */
  <T> Optional<T> aloneAtOnce(Supplier<T> work) {
    threads.lock();
    try {
      if (alone || users > 0) {
        return Optional.empty();
      }
      alone = true;
    } finally {
      threads.unlock();
    }
    try (FileChannel own = openForWriting()) {
      boolean free = own.tryLock(GATE, 1, false) != null && own.tryLock(USERS, 1, false) != null;
      return free ? Optional.of(work.get()) : Optional.empty();
    } catch (IOException e) {
      throw FileFailure.of("cannot lock", file, e);
    } finally {
      endAlone();
    }
  }

  private void endAlone() {
    threads.lock();
    try {
      alone = false;
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

  // Who may only read a store cannot keep its owner from deleting, where the owner never used it.
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
