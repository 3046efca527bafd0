package linuxkit.packaging;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.Sha256;
import linuxkit.base.WorkCache;

/**
 * What of a {@code build.yml} it takes to name a component's image and to see whether the store has
 * it: all that most builds ask for. It is kept under the hash of the file, which in a long one is
 * read in a small part of the time that its YAML takes.
 *
 * @param hasContent as {@link BuildFile#hasContent}
 * @param usesGuest as {@link BuildFile#usesGuest}
 */
record BuildSummary(
    String image,
    String org,
    String tag,
    List<String> arches,
    List<String> extraSources,
    boolean hasContent,
    boolean usesGuest) {
  // The number is the version of the format, and of what a build.yml means.
  private static final String KIND = "build-file-1";

  BuildSummary {
    arches = List.copyOf(arches);
    extraSources = List.copyOf(extraSources);
  }

  static BuildSummary of(BuildFile file) {
    return new BuildSummary(
        file.image(),
        file.org(),
        file.tag(),
        file.arches(),
        file.extraSources().stream().map(BuildFile.ExtraSource::source).toList(),
        file.hasContent(),
        file.usesGuest());
  }

  /**
   * The same of a definition that was perhaps seen before.
   *
   * @param name what messages call it
   * @throws linuxkit.yaml.YamlFailure with all mistakes in it
   */
  static BuildSummary of(String name, byte[] bytes, WorkCache work) throws IOException {
    byte[] kept =
        work.bytes(KIND, Sha256.hex(bytes), out -> of(BuildFile.read(name, bytes)).write(out));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(kept));
    return new BuildSummary(
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        readList(in),
        readList(in),
        in.readBoolean(),
        in.readBoolean());
  }

  private static List<String> readList(DataInputStream in) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      texts.add(in.readUTF());
    }
    return texts;
  }

  private void write(OutputStream to) throws IOException {
    DataOutputStream out = new DataOutputStream(to);
    out.writeUTF(image);
    out.writeUTF(org);
    out.writeUTF(tag);
    write(arches, out);
    write(extraSources, out);
    out.writeBoolean(hasContent);
    out.writeBoolean(usesGuest);
    out.flush();
  }

  private static void write(List<String> texts, DataOutputStream out) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      out.writeUTF(text);
    }
  }
}
