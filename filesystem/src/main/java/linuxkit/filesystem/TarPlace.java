package linuxkit.filesystem;

/**
 * Where in an archive a fault is.
 *
 * @param entry what is known of the entry's name; empty before it is
 * @param offset of the entry's header within the uncompressed archive
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
