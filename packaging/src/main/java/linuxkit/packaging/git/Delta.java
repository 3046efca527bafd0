package linuxkit.packaging.git;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A delta between two objects (gitformat-pack, "Deltified representation"). */
final class Delta {
  private Delta() {}

  static byte[] apply(byte[] base, byte[] delta, Path path) {
    ByteBuffer in = ByteBuffer.wrap(delta);
    try {
      long baseSize = size(in);
      long resultSize = size(in);
      if (baseSize != base.length || resultSize < 0 || resultSize > GitObject.MAX_SIZE) {
        throw GitFailure.damaged(path, "a delta that does not fit its base");
      }
      ByteBuffer out = ByteBuffer.allocate((int) resultSize);
      while (in.hasRemaining()) {
        int command = in.get() & 0xff;
        if (command >= 0x80) {
          int offset = bytes(in, command, 4);
          int size = bytes(in, command >> 4, 3);
          size = size == 0 ? 0x10000 : size;
          if (offset < 0 || offset > base.length - size || size > out.remaining()) {
            throw GitFailure.damaged(path, "a delta that copies from outside its base");
          }
          out.put(base, offset, size);
        } else if (command == 0 || command > out.remaining() || command > in.remaining()) {
          throw GitFailure.damaged(path, "a delta with an unknown command");
        } else {
          out.put(out.position(), in, in.position(), command);
          out.position(out.position() + command);
          in.position(in.position() + command);
        }
      }
      if (out.hasRemaining()) {
        throw GitFailure.damaged(path, "a delta that is too short");
      }
      return out.array();
    } catch (BufferUnderflowException e) {
      throw GitFailure.damaged(path, "a delta that is truncated");
    }
  }

  private static long size(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      int b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    return -1;
  }

  private static int bytes(ByteBuffer in, int present, int most) {
    int value = 0;
    for (int i = 0; i < most; i++) {
      if ((present >> i & 1) != 0) {
        value |= (in.get() & 0xff) << (8 * i);
      }
    }
    return value;
  }
}
