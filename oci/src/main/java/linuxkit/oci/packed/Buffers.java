package linuxkit.oci.packed;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory for unpacked parts of compressed data: those that were used last stay, and their
 * arrays are used again. Also limits how many large parts are being unpacked.
 */
public final class Buffers {
  private static final int UNIT = 1 << 18;
  private static final long KEPT = 8 << 20;
  private static final int SPARE = 6;
  private static final int DECODERS = 8;

  // The least recently used is the first.
  private final LinkedHashSet<Frame> loaded = new LinkedHashSet<>();
  private final List<byte[]> spare = new ArrayList<>();
  private final LinkedHashSet<SpooledPart> unpacking = new LinkedHashSet<>();
  private long bytes;

  public Buffers() {}

  /** Returns the bytes of a part if they are there. The caller releases the part. */
  synchronized byte @Nullable [] use(Frame frame) {
    byte[] found = frame.unpacked;
    if (found != null) {
      frame.users++;
      loaded.remove(frame);
      loaded.add(frame);
    }
    return found;
  }

  /** Takes the bytes of a part that was unpacked. The caller releases the part. */
  synchronized void keep(Frame frame, byte[] unpacked) {
    frame.unpacked = unpacked;
    frame.users = 1;
    bytes += unpacked.length;
    loaded.add(frame);
  }

  synchronized void release(Frame frame) {
    frame.users--;
  }

  /** Returns an array of at least the given length, with any content. */
  synchronized byte[] take(int length) {
    int size = Math.max(UNIT, Math.ceilDiv(length, UNIT) * UNIT);
    makeRoom(size);
    // Not a much larger one, for which another array would have to be made soon.
    for (int i = spare.size() - 1; i >= 0; i--) {
      if (spare.get(i).length >= length && spare.get(i).length / 2 <= size) {
        return spare.remove(i);
      }
    }
    return new byte[size];
  }

  private void makeRoom(int length) {
    for (Iterator<Frame> i = loaded.iterator(); bytes + length > KEPT && i.hasNext(); ) {
      Frame oldest = i.next();
      byte[] unpacked = oldest.unpacked;
      if (oldest.users == 0 && unpacked != null) {
        i.remove();
        oldest.unpacked = null;
        bytes -= unpacked.length;
        give(unpacked);
      }
    }
  }

  /** Takes back an array that was not kept. */
  synchronized void give(byte[] array) {
    spare.add(array);
    if (spare.size() > SPARE) {
      spare.removeFirst();
    }
  }

  /**
   * Adds a large part that is being unpacked.
   *
   * @return one that has to be unpacked to its end, so that there are not too many
   */
  synchronized @Nullable SpooledPart begin(SpooledPart spool) {
    SpooledPart oldest = unpacking.size() < DECODERS ? null : unpacking.removeFirst();
    unpacking.add(spool);
    return oldest;
  }

  synchronized void end(SpooledPart spool) {
    unpacking.remove(spool);
  }
}
