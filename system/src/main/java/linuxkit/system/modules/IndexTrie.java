package linuxkit.system.modules;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The binary index of kmod, version 2.1: a radix tree of keys, each with values by priority, all
 * numbers big-endian. Children come before their parent. The upper four bits of an offset state
 * what its node has.
 */
final class IndexTrie {
  private static final int MAGIC = 0xB007F457;
  private static final int VERSION = 0x00020001;
  private static final int HAS_PREFIX = 0x80000000;
  private static final int HAS_VALUES = 0x40000000;
  private static final int HAS_CHILDREN = 0x20000000;
  private static final int HEADER = 12;

  private record Value(int priority, String text) {}

  private final TreeMap<String, List<Value>> values = new TreeMap<>();

  /**
   * Adds a value. The values of a key are added by rising priority. A key that is not ASCII cannot
   * be looked up in this format, and is ignored.
   */
  void add(String key, int priority, String value) {
    if (isAscii(key)) {
      values.computeIfAbsent(key, _ -> new ArrayList<>()).add(new Value(priority, value));
    }
  }

  private static boolean isAscii(String key) {
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) == 0 || key.charAt(i) >= 128) {
        return false;
      }
    }
    return true;
  }

  byte[] encode() {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      List<String> keys = List.copyOf(values.keySet());
      int root = keys.isEmpty() ? 0 : node(keys, 0, 0, out);
      ByteArrayOutputStream all = new ByteArrayOutputStream(HEADER + bytes.size());
      DataOutputStream header = new DataOutputStream(all);
      header.writeInt(MAGIC);
      header.writeInt(VERSION);
      header.writeInt(root);
      bytes.writeTo(all);
      return all.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
  }

  /**
   * Writes the node of some keys.
   *
   * @param keys sorted
   * @param from the number of letters on the way to this node
   * @param prefix the number of further letters that all keys share, which this node holds
   * @return its offset with its flags
   */
  private int node(List<String> keys, int from, int prefix, DataOutputStream out)
      throws IOException {
    int end = from + prefix;
    String first = keys.getFirst();
    List<Value> own = first.length() == end ? values.getOrDefault(first, List.of()) : List.of();
    TreeMap<Integer, Integer> children = new TreeMap<>();
    for (int at = own.isEmpty() ? 0 : 1; at < keys.size(); ) {
      char branch = keys.get(at).charAt(end);
      int next = at + 1;
      while (next < keys.size() && keys.get(next).charAt(end) == branch) {
        next++;
      }
      int common = common(keys.get(at), keys.get(next - 1), end + 1) - end - 1;
      children.put((int) branch, node(keys.subList(at, next), end + 1, common, out));
      at = next;
    }

    int offset = HEADER + out.size();
    if (prefix > 0) {
      out.write(first.substring(from, end).getBytes(StandardCharsets.US_ASCII));
      out.writeByte(0);
      offset |= HAS_PREFIX;
    }
    if (!children.isEmpty()) {
      out.writeByte(children.firstKey());
      out.writeByte(children.lastKey());
      for (int c = children.firstKey(); c <= children.lastKey(); c++) {
        out.writeInt(children.getOrDefault(c, 0));
      }
      offset |= HAS_CHILDREN;
    }
    if (!own.isEmpty()) {
      out.writeInt(own.size());
      for (Value value : own) {
        out.writeInt(value.priority());
        out.write(value.text().getBytes(StandardCharsets.ISO_8859_1));
        out.writeByte(0);
      }
      offset |= HAS_VALUES;
    }
    return offset;
  }

  /** Returns how many letters two keys share, of which the first ones are known to be equal. */
  private static int common(String a, String b, int known) {
    int length = known;
    while (length < a.length() && length < b.length() && a.charAt(length) == b.charAt(length)) {
      length++;
    }
    return length;
  }
}
