package linuxkit.boot.compare;

import java.util.List;

/**
 * The first difference of two artefacts.
 *
 * @param place from the outside in: a file of the artefact such as {@code
 *     partition-1/EFI/BOOT/BOOTX64.EFI}, then a file in that file, and so on; empty if the
 *     difference is outside of all files, as in a partition table
 * @param offset of the first byte that differs, in the innermost file or in the artefact; the
 *     smaller size if one is the beginning of the other
 * @param kind of the difference
 * @param others further files that differ beside the first, at the innermost level; at most {@link
 *     #MOST_OTHERS}
 */
public record ArtefactDifference(List<String> place, long offset, Kind kind, List<String> others) {
  /** The most further files that are named. */
  public static final int MOST_OTHERS = 20;

  /** A kind of difference. */
  public enum Kind {
    /** Bytes. */
    CONTENT,
    /** Type, mode, owner, time, link, device numbers or extended attributes of a file. */
    ATTRIBUTES,
    /** Only the first artefact has the file. */
    MISSING,
    /** Only the second artefact has the file. */
    ADDED
  }

  public ArtefactDifference {
    place = List.copyOf(place);
    others = List.copyOf(others);
  }

  /** Returns the difference in words: {@code /bin/app of partition-1/initrd.img at byte 17}. */
  public String text() {
    return switch (kind) {
      case CONTENT -> (place.isEmpty() ? "" : inWords() + " ") + "at byte " + offset;
      case ATTRIBUTES -> "the attributes of " + inWords();
      case MISSING -> inWords() + ", which the second build does not have";
      case ADDED -> inWords() + ", which only the second build has";
    };
  }

  private String inWords() {
    return String.join(" of ", place.reversed().stream().map(step -> "/" + step).toList());
  }
}
