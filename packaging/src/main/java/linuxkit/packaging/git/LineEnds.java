package linuxkit.packaging.git;

import java.io.ByteArrayOutputStream;

/** The line ends of a file, and whether it looks like text to git. */
final class LineEnds {
  private final byte[] content;
  private boolean lone;
  private boolean nul;
  private int pairs;
  private int printable;
  private int others;

  LineEnds(byte[] content) {
    this.content = content;
    for (int i = 0; i < content.length; i++) {
      int c = content[i] & 0xff;
      if (c == '\r') {
        if (i + 1 < content.length && content[i + 1] == '\n') {
          pairs++;
          i++;
        } else {
          lone = true;
        }
      } else if (c != '\n') {
        count(c);
      }
    }
    // The end-of-file character of old systems.
    if (content.length > 0 && content[content.length - 1] == 0x1a) {
      others--;
    }
  }

  private void count(int c) {
    nul |= c == 0;
    boolean text = c == '\b' || c == '\t' || c == 0x1b || c == '\f' || (c >= ' ' && c != 127);
    if (text) {
      printable++;
    } else {
      others++;
    }
  }

  boolean hasPairs() {
    return pairs > 0;
  }

  boolean isBinary() {
    return lone || nul || printable >> 7 < others;
  }

  /** Returns the content with a line feed for each carriage return and line feed. */
  byte[] withLineFeeds() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length);
    for (int i = 0; i < content.length; i++) {
      if (content[i] != '\r' || i + 1 == content.length || content[i + 1] != '\n') {
        out.write(content[i]);
      }
    }
    return out.toByteArray();
  }
}
