package linuxkit.packaging;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.Sha256;
import linuxkit.base.cache.WorkCache;
import linuxkit.packaging.definition.BuildFile;
import linuxkit.yaml.Position;

/**
 * The part of a {@code build.yml} that names the component's image and decides whether the store
 * has it, which is all that most builds need. It is cached by the hash of the file, because reading
 * it takes a fraction of the time that parsing YAML does.
 *
 * @param sources files and directories of the folder that the image contains
 * @param hasPackages whether there is content from Debian packages
 * @param hasFiles whether there are entries under {@code files}, {@code users} or {@code groups}
 * @param usesGuest whether one of them is the guest program
 */
record BuildSummary(
    String image,
    String org,
    String tag,
    List<String> arches,
    List<String> extraSources,
    List<String> sources,
    boolean hasPackages,
    boolean hasFiles,
    boolean usesGuest) {
  // The number is the version of this format and of the meaning of a build.yml.
  private static final String KIND = "build-file-4";

  BuildSummary {
    arches = List.copyOf(arches);
    extraSources = List.copyOf(extraSources);
    sources = List.copyOf(sources);
  }

  static BuildSummary of(BuildFile file) {
    return new BuildSummary(
        file.name().image(),
        file.name().org(),
        file.name().tag(),
        file.arches(),
        file.extraSources().stream().map(BuildFile.ExtraSource::source).toList(),
        file.sources(),
        file.content().debian().isPresent(),
        !file.content().files().isEmpty() || !file.content().accounts().isEmpty(),
        file.usesGuest());
  }

  /** Returns whether the image is built from a Dockerfile, because it has no other content. */
  boolean usesDockerfile() {
    return !hasPackages && !hasFiles;
  }

  /**
   * Summarises a definition, or finds its summary in the cache.
   *
   * @param start the file's name in messages, and whether they may quote the file
   * @throws linuxkit.yaml.YamlFailure with all mistakes
   */
  static BuildSummary of(Position start, byte[] bytes, WorkCache work) throws IOException {
    byte[] kept =
        work.bytes(KIND, Sha256.hex(bytes), out -> of(BuildFile.read(start, bytes)).write(out));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(kept));
    return new BuildSummary(
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        readList(in),
        readList(in),
        readList(in),
        in.readBoolean(),
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
    write(sources, out);
    out.writeBoolean(hasPackages);
    out.writeBoolean(hasFiles);
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
