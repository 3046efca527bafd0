package linuxkit.system.modules;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** The modules of a small kernel, as ELF objects that depmod can read too. */
public final class ModuleFixture {
  public static final String DIRECTORY = "lib/modules/6.1.0-test";
  private static final Metadata FOLDER = Metadata.of(0755, 0, 0, 5);

  public final FileTree files = new FileTree(FOLDER);

  public ModuleFixture() {
    folder(DIRECTORY);
  }

  /** Adds a file below the version directory. */
  ModuleFixture file(String path, byte[] bytes) {
    String full = DIRECTORY + "/" + path;
    folder(full.substring(0, full.lastIndexOf('/')));
    files.put(
        full, new Node.RegularFile(Metadata.of(0644, 0, 0, 6), Content.of(bytes)), Origin.NONE);
    return this;
  }

  public ModuleFixture text(String path, String... lines) {
    return file(path, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * Adds a module that exports the symbol {@code NAME_symbol} and uses those of its dependencies.
   */
  public ModuleFixture module(String path, String... fields) {
    byte[] elf = elf(KernelModule.nameOf(path), fields);
    return file(path, path.endsWith(".xz") ? xz(elf) : elf);
  }

  private void folder(String path) {
    for (int end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      String part = end < 0 ? path : path.substring(0, end);
      if (files.find(part).isEmpty()) {
        files.put(part, new Node.Directory(FOLDER), Origin.NONE);
      }
      if (end < 0) {
        return;
      }
    }
  }

  /** Returns all modules of the tree, by their paths below the version directory. */
  List<String> modules() {
    List<String> paths = new ArrayList<>();
    files.walk(
        entry -> {
          if (KernelModule.isModule(entry.name())) {
            paths.add(entry.path().substring(DIRECTORY.length() + 1));
          }
        });
    return paths;
  }

  String read(String path) {
    return new String(bytes(path), StandardCharsets.ISO_8859_1);
  }

  byte[] bytes(String path) {
    return bytes(files.find(DIRECTORY + "/" + path).orElseThrow());
  }

  private static byte[] bytes(FileTree.Entry entry) {
    try (var in = ((Node.RegularFile) entry.node()).content().open()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the tree to a directory of the host, where the real tools can read it. */
  void unpack(Path root) throws IOException {
    files.walk(
        entry -> {
          Path target = root.resolve(entry.path());
          if (entry.node() instanceof Node.Directory) {
            Files.createDirectories(target);
          } else {
            Files.write(target, bytes(entry));
          }
        });
  }

  static byte[] xz(byte[] bytes) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (XZOutputStream xz = new XZOutputStream(out, new LZMA2Options(0))) {
        xz.write(bytes);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns an object with the sections that loaders read: {@code .modinfo}, the names of exported
   * symbols, and the symbol table with those that are used.
   */
  static byte[] elf(String name, String... fields) {
    List<String> needs = new ArrayList<>();
    StringBuilder modinfo = new StringBuilder();
    for (String field : fields) {
      modinfo.append(field).append('\0');
      if (field.startsWith("depends=") && field.length() > "depends=".length()) {
        needs.addAll(Arrays.asList(field.substring("depends=".length()).split(",", -1)));
      }
    }
    modinfo.append("name=" + name + "\0");
    StringBuilder strings = new StringBuilder("\0");
    byte[] table = new byte[24 * (needs.size() + 2)];
    ByteBuffer symbols = little(table);
    symbols.position(24);
    symbols.putInt(strings.length()).put((byte) 0x10).put((byte) 0).putShort((short) 0xfff1);
    symbols.putLong(0).putLong(0);
    strings.append("__crc_" + name + "_symbol\0");
    for (String need : needs) {
      symbols.putInt(strings.length()).put((byte) 0x10).put((byte) 0).putShort((short) 0);
      symbols.putLong(0).putLong(0);
      strings.append(need.replace('-', '_') + "_symbol\0");
    }
    String names = "\0.modinfo\0__ksymtab_strings\0.symtab\0.strtab\0.shstrtab\0";
    byte[][] bodies = {
      {},
      latin1(modinfo.toString()),
      latin1(name + "_symbol\0"),
      table,
      latin1(strings.toString()),
      latin1(names)
    };
    String[] titles = {"", ".modinfo", "__ksymtab_strings", ".symtab", ".strtab", ".shstrtab"};
    int[] types = {0, 1, 1, 2, 3, 3};
    int size = 64;
    for (byte[] body : bodies) {
      size += (body.length + 7) / 8 * 8;
    }
    byte[] object = new byte[size + 64 * bodies.length];
    ByteBuffer elf = little(object);
    elf.putInt(0x464C457F).put((byte) 2).put((byte) 1).put((byte) 1);
    elf.putShort(16, (short) 1).putShort(18, (short) 62).putInt(20, 1).putLong(40, size);
    elf.putShort(52, (short) 64).putShort(58, (short) 64);
    elf.putShort(60, (short) bodies.length).putShort(62, (short) (bodies.length - 1));
    int at = 64;
    for (int i = 0; i < bodies.length; i++) {
      int header = size + 64 * i;
      elf.put(at, bodies[i]);
      elf.putInt(header, i == 0 ? 0 : names.indexOf(titles[i] + "\0"));
      elf.putInt(header + 4, types[i]);
      elf.putLong(header + 24, at).putLong(header + 32, bodies[i].length);
      elf.putInt(header + 40, types[i] == 2 ? 4 : 0).putInt(header + 44, types[i] == 2 ? 1 : 0);
      elf.putLong(header + 48, 8).putLong(header + 56, types[i] == 2 ? 24 : 0);
      at += (bodies[i].length + 7) / 8 * 8;
    }
    return object;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
