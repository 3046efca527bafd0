package linuxkit.system.modules;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code .modinfo} section of a module: an ELF-64 little-endian relocatable object whose
 * section holds {@code key=value} strings, each ended by a NUL.
 */
final class ModuleInfo {
  private static final int HEADER = 64;
  private static final int SECTION_HEADER = 64;
  private static final int MAX_SECTION = 4 << 20;
  private static final int MAX_FIELD = 2048;

  private ModuleInfo() {}

  /**
   * Parses a module.
   *
   * @param where for the failure's text
   * @throws ModuleFailure if the bytes are not such an object, or have no such section
   */
  static KernelModule parse(String name, String path, byte[] elf, String where) {
    List<String> depends = new ArrayList<>();
    List<String> aliases = new ArrayList<>();
    List<String> softdeps = new ArrayList<>();
    for (String field : strings(section(elf, where))) {
      int equals = field.indexOf('=');
      String value = field.substring(equals + 1);
      switch (equals < 0 ? "" : field.substring(0, equals)) {
        case "depends" -> {
          for (String depend : value.split(",", -1)) {
            if (!depend.isEmpty()) {
              depends.add(KernelModule.normal(line(depend, where)));
            }
          }
        }
        case "alias" -> aliases.add(line(value, where));
        case "softdep" -> softdeps.add(line(value, where));
        default -> {}
      }
    }
    return new KernelModule(name, path, depends, aliases, softdeps);
  }

  /** Returns the strings between NULs, without the empty ones. */
  static List<String> strings(ByteBuffer section) {
    List<String> strings = new ArrayList<>();
    int start = section.position();
    for (int at = start; at <= section.limit(); at++) {
      if (at == section.limit() || section.get(at) == 0) {
        if (at > start) {
          byte[] bytes = new byte[at - start];
          section.get(start, bytes);
          strings.add(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        start = at + 1;
      }
    }
    return strings;
  }

  // The indexes consist of lines, so a value must not contain a line break.
  private static String line(String value, String where) {
    if (value.length() > MAX_FIELD || value.indexOf('\n') >= 0) {
      throw bad("a field of its .modinfo is too long or has a line break", where);
    }
    return value;
  }

  private static ByteBuffer section(byte[] bytes, String where) {
    ByteBuffer elf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < HEADER || elf.getInt(0) != 0x464C457F) {
      throw bad("it is not an ELF file", where);
    }
    if (elf.get(4) != 2 || elf.get(5) != 1 || elf.getShort(16) != 1) {
      throw bad("it is not a 64-bit little-endian relocatable ELF object", where);
    }
    long table = elf.getLong(40);
    int count = elf.getShort(60) & 0xFFFF;
    int names = elf.getShort(62) & 0xFFFF;
    if (elf.getShort(58) != SECTION_HEADER
        || names >= count
        || outside(table, (long) count * SECTION_HEADER, bytes.length)) {
      throw bad("its section headers are damaged", where);
    }
    ByteBuffer strings = part(elf, (int) table + names * SECTION_HEADER, where);
    for (int i = 0; i < count; i++) {
      int header = (int) table + i * SECTION_HEADER;
      if (named(strings, elf.getInt(header), ".modinfo")) {
        return part(elf, header, where);
      }
    }
    throw bad("it has no .modinfo section", where);
  }

  private static ByteBuffer part(ByteBuffer elf, int header, String where) {
    long offset = elf.getLong(header + 24);
    long size = elf.getLong(header + 32);
    if (elf.getInt(header + 4) == 8 || outside(offset, size, elf.limit()) || size > MAX_SECTION) {
      throw bad("a section lies outside the file or is too large", where);
    }
    return elf.slice((int) offset, (int) size);
  }

  private static boolean named(ByteBuffer strings, int offset, String name) {
    if (offset < 0 || offset > strings.limit() - name.length() - 1) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (strings.get(offset + i) != name.charAt(i)) {
        return false;
      }
    }
    return strings.get(offset + name.length()) == 0;
  }

  private static boolean outside(long offset, long size, long length) {
    return offset < 0 || size < 0 || offset > length || size > length - offset;
  }

  private static ModuleFailure bad(String what, String where) {
    return new ModuleFailure(
        "cannot read the kernel module: " + what,
        where,
        "use another kernel image: this one is damaged or of an unsupported kind");
  }
}
