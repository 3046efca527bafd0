package linuxkit.packaging.programs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.LinkPath;
import linuxkit.filesystem.Node;

/** The files of an image as programs in it would find them. */
final class ImageFiles {
  private final FileTree tree;
  private final Map<String, Optional<ElfFile>> read = new HashMap<>();

  ImageFiles(FileTree tree) {
    this.tree = tree;
  }

  /** Returns whether an absolute path leads to a regular file. */
  boolean has(String path) {
    return find(path).filter(entry -> entry.node() instanceof Node.RegularFile).isPresent();
  }

  /** Reads the ELF file that an absolute path leads to; empty if there is none that is whole. */
  Optional<ElfFile> elf(String path) {
    return find(path).flatMap(this::elf);
  }

  /** Reads an ELF file; empty if it is not one, or is damaged. */
  Optional<ElfFile> elf(FileTree.Entry entry) {
    if (!(entry.node() instanceof Node.RegularFile file)) {
      return Optional.empty();
    }
    String path = entry.path();
    Optional<ElfFile> known = read.get(path);
    if (known != null) {
      return known;
    }
    try {
      Optional<ElfFile> elf = ElfFile.read(file.content());
      read.put(path, elf);
      return elf;
    } catch (IOException e) {
      throw FileFailure.of("cannot read /" + path, e);
    }
  }

  /** Returns the absolute path, without links, of the directory that a file is in. */
  String directory(String path) {
    String parent = path.substring(0, path.lastIndexOf('/'));
    return find(parent).map(entry -> "/" + entry.path()).orElse(parent);
  }

  private Optional<FileTree.Entry> find(String path) {
    List<String> names = new ArrayList<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..") && !names.isEmpty()) {
        names.removeLast();
      } else if (FileTree.isName(name)) {
        names.add(name);
      }
    }
    return LinkPath.follow(tree, String.join("/", names)).map(LinkPath::end);
  }
}
