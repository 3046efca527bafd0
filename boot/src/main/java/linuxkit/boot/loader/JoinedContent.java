package linuxkit.boot.loader;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import linuxkit.base.FileFailure;
import linuxkit.base.Sha256;
import linuxkit.filesystem.Content;
import org.jspecify.annotations.Nullable;

/** Several pieces of content, concatenated. */
public final class JoinedContent implements Content {
  private final List<Content> parts;
  private volatile @Nullable String sha256;

  public JoinedContent(List<Content> parts) {
    this.parts = List.copyOf(parts);
  }

  /** Pads content with zeros to a multiple of {@code alignment}. */
  public static List<Content> padded(Content content, int alignment) {
    int zeros = (int) Math.floorMod(-content.size(), (long) alignment);
    return zeros == 0 ? List.of(content) : List.of(content, Content.of(new byte[zeros]));
  }

  @Override
  public long size() {
    return parts.stream().mapToLong(Content::size).sum();
  }

  /** Reads the whole content on first use. */
  @Override
  public String sha256() {
    String known = sha256;
    if (known == null) {
      MessageDigest digest = Sha256.digest();
      try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
        writeTo(out);
      } catch (IOException e) {
        throw FileFailure.of("cannot read a file of the system", e);
      }
      known = HexFormat.of().formatHex(digest.digest());
      sha256 = known;
    }
    return known;
  }

  @Override
  public InputStream open() throws IOException {
    List<InputStream> streams = new ArrayList<>(List.of(new ByteArrayInputStream(new byte[0])));
    for (Content part : parts) {
      streams.add(part.open());
    }
    return new SequenceInputStream(Collections.enumeration(streams));
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    for (Content part : parts) {
      part.writeTo(out);
    }
  }
}
