package linuxkit.filesystem.iso9660;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.UniqueNames;

/** The two directory trees over the same files. */
enum Hierarchy {
  /**
   * Names of up to 30 capital letters, digits and underscores with a dot, and the real names in
   * entries of Rock Ridge.
   */
  PRIMARY(30, 31) {
    @Override
    boolean holds(Node node) {
      return true;
    }

    @Override
    boolean sameAs(Identifier identifier, String name) {
      StringBuilder upper = new StringBuilder(name.length());
      for (int i = 0; i < name.length(); i++) {
        upper.append(upper(name.charAt(i)));
      }
      return identifier.name().contentEquals(upper);
    }

    @Override
    char legal(char c) {
      char upper = upper(c);
      return (upper >= 'A' && upper <= 'Z') || (upper >= '0' && upper <= '9') ? upper : '_';
    }
  },

  /**
   * Names in UCS-2 for Windows of up to 103 units, which other writers use too; the specification
   * allows 64. Only files and directories.
   */
  JOLIET(102, 103) {
    @Override
    boolean holds(Node node) {
      return node instanceof Node.RegularFile || node instanceof Node.Directory;
    }

    @Override
    boolean sameAs(Identifier identifier, String name) {
      return identifier.name().equals(name);
    }

    @Override
    char legal(char c) {
      return c < ' ' || "*/:;?\\".indexOf(c) >= 0 || Character.isSurrogate(c) ? '_' : c;
    }
  };

  private static final int MAX_EXTENSION = 8;

  private final int maxFile;
  private final int maxDirectory;

  Hierarchy(int maxFile, int maxDirectory) {
    this.maxFile = maxFile;
    this.maxDirectory = maxDirectory;
  }

  /** Returns whether this tree can hold such a file. */
  abstract boolean holds(Node node);

  abstract boolean sameAs(Identifier identifier, String name);

  abstract char legal(char c);

  private static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
  }

  /**
   * Returns the identifiers of the entries of a directory, in their order. Valid names do not
   * change; others are shortened and numbered to avoid them.
   */
  List<Identifier> identifiers(List<FileTree.Entry> entries) {
    UniqueNames unique = new UniqueNames("");
    List<Identifier> identifiers = new ArrayList<>(entries.size());
    BitSet changing = new BitSet();
    for (int i = 0; i < entries.size(); i++) {
      String name = entries.get(i).name();
      Identifier identifier = identifier(name, isDirectory(entries.get(i)));
      if (!sameAs(identifier, name) || !unique.take(identifier.name())) {
        changing.set(i);
      }
      identifiers.add(identifier);
    }
    for (int i = changing.nextSetBit(0); i >= 0; i = changing.nextSetBit(i + 1)) {
      identifiers.set(i, made(identifiers.get(i), isDirectory(entries.get(i)), unique));
    }
    return identifiers;
  }

  private Identifier made(Identifier identifier, boolean directory, UniqueNames unique) {
    if (unique.take(identifier.name())) {
      return identifier;
    }
    String whole = identifier.extension();
    // A long extension leaves room for the number and a part of the stem.
    String extension = whole.substring(0, Math.min(whole.length(), maxFile - UniqueNames.LEAST));
    String suffix = extension.isEmpty() ? "" : "." + extension;
    int max = directory ? maxDirectory : maxFile - extension.length();
    String name = unique.number(identifier.stem(), suffix, max);
    return new Identifier(name.substring(0, name.length() - suffix.length()), extension);
  }

  private static boolean isDirectory(FileTree.Entry entry) {
    return entry.node() instanceof Node.Directory;
  }

  /** Returns the identifier for a name, regardless of other names. */
  private Identifier identifier(String name, boolean directory) {
    if (directory) {
      String stem = legal(name);
      return new Identifier(stem.substring(0, Math.min(stem.length(), maxDirectory)), "");
    }
    int dot = name.lastIndexOf('.');
    boolean extended = dot > 0 && dot < name.length() - 1;
    String stem = legal(extended ? name.substring(0, dot) : name);
    String extension = extended ? legal(name.substring(dot + 1)) : "";
    if (stem.length() + extension.length() > maxFile) {
      extension = extension.substring(0, Math.min(extension.length(), MAX_EXTENSION));
      stem = stem.substring(0, Math.min(stem.length(), maxFile - extension.length()));
    }
    return new Identifier(stem, extension);
  }

  private String legal(String text) {
    StringBuilder legal = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      legal.append(legal(text.charAt(i)));
    }
    // Windows and Linux drop a dot at the end.
    int last = legal.length() - 1;
    if (legal.charAt(last) == '.') {
      legal.setCharAt(last, '_');
    }
    return legal.toString();
  }
}
