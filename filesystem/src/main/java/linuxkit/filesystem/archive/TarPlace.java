package linuxkit.filesystem.archive;

import linuxkit.filesystem.EntryName;

/**
 * The place of a fault in an archive.
 *
 * @param entry the name of the entry; empty if not known yet
 * @param offset of the entry's header in the uncompressed archive, in bytes
 */
record TarPlace(String archive, String entry, long offset) {
  TarFailure failure(String what) {
    return failure(what, "");
  }

  TarFailure failure(String what, String hint) {
    String at = archive + ", byte " + offset;
    return new TarFailure(
        what, entry.isEmpty() ? at : at + ", entry " + EntryName.quote(entry), hint);
  }

  TarPlace named(String name) {
    return new TarPlace(archive, name, offset);
  }
}
