package linuxkit.packaging.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.base.Sha256;
import linuxkit.packaging.git.rules.Attributes;
import linuxkit.packaging.git.rules.GitConfig;

/**
 * Converts files as git does before it stores them: line ends, encodings, keywords. Of the programs
 * that filters name, none is run: the filter of Git LFS is done here, and others have no effect.
 */
final class CheckIn {
  private static final int LARGEST = 256 << 20;
  private static final Pattern KEYWORD = Pattern.compile("\\$Id:[^$\n]*\\$");
  private static final String LFS = "version https://git-lfs.github.com/spec/v1\n";

  private enum Text {
    NO,
    YES,
    AUTO
  }

  private final GitConfig config;

  CheckIn(GitConfig config) {
    this.config = config;
  }

  /**
   * Returns the id that the file would have in git.
   *
   * @param tracked what git has for this file in the index; empty if it does not track it
   */
  ObjectId id(
      Path file, Attributes.OfFile attributes, GitRepository repository, Optional<ObjectId> tracked)
      throws IOException {
    long size = Files.size(file);
    Text text = text(attributes);
    boolean lfs = attributes.is("filter", "lfs") && isConfigured("lfs");
    boolean plain =
        text == Text.NO
            && !lfs
            && !attributes.is("ident", Attributes.SET)
            && attributes.get("working-tree-encoding").isEmpty();
    if (plain || size > LARGEST) {
      try (InputStream in = Files.newInputStream(file)) {
        return ObjectDatabase.idOf("blob", size, in);
      }
    }
    byte[] content = Files.readAllBytes(file);
    content = lfs ? pointer(content) : content;
    content = decoded(content, attributes.get("working-tree-encoding"));
    if (text != Text.NO) {
      content = withLineFeeds(content, text == Text.AUTO, repository, tracked);
    }
    if (attributes.is("ident", Attributes.SET)) {
      String old = new String(content, StandardCharsets.ISO_8859_1);
      content = KEYWORD.matcher(old).replaceAll("\\$Id\\$").getBytes(StandardCharsets.ISO_8859_1);
    }
    return ObjectDatabase.idOf("blob", content);
  }

  private boolean isConfigured(String filter) {
    return config.get("filter." + filter + ".clean").isPresent()
        || config.get("filter." + filter + ".process").isPresent();
  }

  private Text text(Attributes.OfFile attributes) {
    Optional<String> text = attributes.get("text").or(() -> attributes.get("crlf"));
    if (text.isPresent() && text.get().equals(Attributes.UNSET)) {
      return Text.NO;
    }
    if (text.isPresent() && text.get().equals("auto")) {
      return Text.AUTO;
    }
    boolean end = attributes.is("eol", "lf") || attributes.is("eol", "crlf");
    if (end
        || (text.isPresent()
            && (text.get().equals(Attributes.SET) || text.get().equals("input")))) {
      return Text.YES;
    }
    boolean automatic =
        config.get("core.autocrlf").filter(value -> value.equalsIgnoreCase("input")).isPresent()
            || config.is("core.autocrlf", false);
    return automatic ? Text.AUTO : Text.NO;
  }

  private static byte[] pointer(byte[] content) {
    if (content.length == 0
        || new String(content, 0, Math.min(content.length, LFS.length()), StandardCharsets.UTF_8)
            .equals(LFS)) {
      return content;
    }
    String pointer =
        LFS
            + "oid sha256:"
            + HexFormat.of().formatHex(Sha256.digest().digest(content))
            + "\nsize "
            + content.length
            + "\n";
    return pointer.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] decoded(byte[] content, Optional<String> encoding) {
    boolean known =
        encoding.isPresent()
            && encoding.get().matches("[A-Za-z0-9][A-Za-z0-9._:-]*")
            && Charset.isSupported(encoding.get());
    return known
        ? new String(content, Charset.forName(encoding.get())).getBytes(StandardCharsets.UTF_8)
        : content;
  }

  private static byte[] withLineFeeds(
      byte[] content, boolean automatic, GitRepository repository, Optional<ObjectId> tracked)
      throws IOException {
    LineEnds ends = new LineEnds(content);
    if (!ends.hasPairs()) {
      return content;
    }
    if (automatic) {
      boolean storedWithPairs = false;
      if (tracked.isPresent()) {
        LineEnds stored = new LineEnds(repository.content(tracked.get()));
        storedWithPairs = stored.hasPairs() && !stored.isBinary();
      }
      if (ends.isBinary() || storedWithPairs) {
        return content;
      }
    }
    return ends.withLineFeeds();
  }
}
