package linuxkit.system.sbom;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Sha256;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.Content;

/**
 * The licence expressions of an image's packages, in their order, and the licences that are not on
 * SPDX's list. They are cached, because most builds change one of many images.
 */
final class ImageLicences {
  /** To be changed whenever the same copyright files would give other licences. */
  private static final String KIND = "licences-1";

  /** The longest text that {@link DataOutputStream#writeUTF} writes for any characters. */
  private static final int MAX_TEXT = 65535 / 3;

  /** A licence that is not on SPDX's list. */
  record Other(String id, String name, String path) {}

  private final List<String> expressions = new ArrayList<>();
  private final List<Other> others = new ArrayList<>();

  private ImageLicences() {}

  /**
   * Returns the expressions, and adds the other licences to the part, to which nothing was added.
   *
   * @param licences reads what is not cached
   */
  static List<String> of(
      SpdxPart part,
      List<InstalledPackage> packages,
      PackageDatabases databases,
      Optional<WorkCache> cache,
      DeclaredLicences licences) {
    String key = key(part, packages, databases);
    Optional<ImageLicences> cached =
        cache.flatMap(kept -> kept.findBytes(KIND, key)).flatMap(ImageLicences::decode);
    ImageLicences all = cached.orElseGet(() -> read(packages, licences));
    all.others.forEach(other -> part.licences().add(DeclaredLicences.json(other)));
    if (cached.isEmpty() && all.isKept() && !licences.hasWarned()) {
      cache.ifPresent(kept -> kept.put(KIND, key, all::encode));
    }
    return all.expressions;
  }

  private static ImageLicences read(List<InstalledPackage> packages, DeclaredLicences licences) {
    ImageLicences all = new ImageLicences();
    packages.forEach(each -> all.expressions.add(licences.of(each)));
    all.others.addAll(licences.others());
    return all;
  }

  private static String key(
      SpdxPart part, List<InstalledPackage> packages, PackageDatabases databases) {
    MessageDigest hash = Sha256.digest();
    List<String> inputs = new ArrayList<>(List.of(part.imageId()));
    for (InstalledPackage each : packages) {
      Content file = databases.copyrights().get(each.name());
      inputs.add(each.manager().type() + " " + each.name());
      inputs.add(file == null ? "" : file.sha256());
    }
    hash.update(String.join("\n", inputs).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash.digest());
  }

  private boolean isKept() {
    return !expressions.isEmpty()
        && others.stream()
            .allMatch(other -> other.name.length() <= MAX_TEXT && other.path.length() <= MAX_TEXT);
  }

  private void encode(OutputStream to) throws IOException {
    DataOutputStream out = new DataOutputStream(to);
    out.writeInt(expressions.size());
    for (String expression : expressions) {
      out.writeUTF(expression);
    }
    out.writeInt(others.size());
    for (Other other : others) {
      out.writeUTF(other.id);
      out.writeUTF(other.name);
      out.writeUTF(other.path);
    }
    out.flush();
  }

  private static Optional<ImageLicences> decode(byte[] bytes) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    ImageLicences all = new ImageLicences();
    try {
      for (int left = in.readInt(); left > 0; left--) {
        all.expressions.add(in.readUTF());
      }
      for (int left = in.readInt(); left > 0; left--) {
        all.others.add(new Other(in.readUTF(), in.readUTF(), in.readUTF()));
      }
      return Optional.of(all);
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
