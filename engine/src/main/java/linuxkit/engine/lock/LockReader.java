package linuxkit.engine.lock;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import linuxkit.json.Json;
import linuxkit.json.JsonFailure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.ReferenceFailure;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.DebianSource;
import linuxkit.packaging.debian.DebianPackage;
import linuxkit.system.manifest.BootComponent;

/** Reads lock files strictly. */
final class LockReader {
  private static final Pattern MARKER =
      Pattern.compile("(?:<{7}|\\|{7}|>{7})(?: .*)?|={7}", Pattern.DOTALL);
  private static final long LARGEST_PACKAGE = 1L << 40;

  private LockReader() {}

  static LockFile read(byte[] bytes, String name) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    refuseConflicts(text, name);
    LockFields root;
    try {
      root = LockFields.root(Json.parse(bytes, name), name, text);
    } catch (JsonFailure e) {
      throw new LockFailure(e.what(), name, "remove the file, and create it with linuxkit lock", e);
    }
    long version = root.number("lockVersion", Integer.MAX_VALUE);
    if (version < LockFile.WITHOUT_BOOT_LOADERS || version > LockFile.VERSION) {
      throw root.failure(
          "lockVersion",
          "the lock file has version " + version + ", and this program knows 1 and 2",
          "use the version of linuxkit that wrote it, or a later one");
    }
    if (version == LockFile.WITHOUT_BOOT_LOADERS) {
      root.only("lockVersion", "manifests", "images", "packages");
    } else {
      root.only("lockVersion", "manifests", "images", "packages", "boot");
    }
    LockFile file =
        new LockFile(
            root.objects("manifests").stream().map(LockReader::manifest).toList(),
            root.map("images", LockReader::image),
            root.map("packages", LockReader::component),
            root.map("boot", LockReader::bootLoader));
    checkAgreement(file, root);
    return file;
  }

  // Git leaves these lines in a file that it could not merge.
  private static void refuseConflicts(String text, String name) {
    int line = 0;
    for (String each : (Iterable<String>) text.lines()::iterator) {
      line++;
      if (MARKER.matcher(each).matches()) {
        throw new LockFailure(
            "the lock file has a conflict that is not resolved",
            name + ":" + line + ":1",
            "take the file of either side, then run linuxkit lock");
      }
    }
  }

  private static LockFile.ReadManifest manifest(LockFields fields) {
    fields.only("path", "sha256");
    return new LockFile.ReadManifest(fields.text("path"), fields.sha256("sha256"));
  }

  private static LockedImage image(LockFields images, String written) {
    LockFields fields =
        images.object(written).only("reference", "digest", "mediaType", "size", "platforms");
    Reference reference;
    try {
      reference = Reference.parse(written);
    } catch (ReferenceFailure e) {
      throw images.failure(written, e.what(), "");
    }
    if (!reference.toString().equals(fields.text("reference"))) {
      throw fields.failure("reference", "the reference " + written + " means " + reference, "");
    }
    Descriptor root =
        Descriptor.of(
            fields.text("mediaType"),
            fields.digest("digest"),
            fields.number("size", ImageStore.MAX_DOCUMENT));
    if (!MediaTypes.isIndex(root.mediaType()) && !MediaTypes.isManifest(root.mediaType())) {
      throw fields.failure("mediaType", "not the type of an image: " + root.mediaType(), "");
    }
    if (reference.digest().filter(digest -> !digest.equals(root.digest())).isPresent()) {
      throw fields.failure("digest", "the digest is not the one in the reference", "");
    }
    return new LockedImage(
        reference, root, fields.map("platforms", platform(LockReader::platformImage)));
  }

  private static <T> BiFunction<LockFields, String, T> platform(
      BiFunction<LockFields, String, T> read) {
    return (fields, name) -> {
      if (!name.equals(LockedImage.ANY) && Platform.parse(name).isEmpty()) {
        throw fields.failure(name, LockFields.notA(name, "a platform"), "");
      }
      return read.apply(fields, name);
    };
  }

  private static LockedImage.PlatformImage platformImage(LockFields platforms, String name) {
    LockFields fields = platforms.object(name).only("manifest", "config");
    return new LockedImage.PlatformImage(fields.digest("manifest"), fields.digest("config"));
  }

  private static LockedComponent component(LockFields components, String folder) {
    LockFields fields = components.object(folder).only("tree", "platforms");
    return new LockedComponent(
        fields.sha256("tree"), fields.map("platforms", platform(LockReader::packages)));
  }

  private static LockedComponent bootLoader(LockFields loaders, String key) {
    if (Arrays.stream(BootComponent.values()).noneMatch(each -> each.key().equals(key))) {
      throw loaders.failure(key, LockFields.notA(key, "a key of boot in manifests"), "");
    }
    return component(loaders, key);
  }

  private static DebianSource.Resolution packages(LockFields platforms, String name) {
    LockFields fields = platforms.object(name).only("archives", "debian");
    SortedMap<String, String> archives = fields.map("archives", LockFields::sha256);
    List<DebianPackage.Pin> packages =
        fields.objects("debian").stream().map(LockReader::pin).toList();
    return new DebianSource.Resolution(packages, archives);
  }

  private static DebianPackage.Pin pin(LockFields fields) {
    fields.only("name", "version", "architecture", "suite", "origin", "file", "size", "sha256");
    return new DebianPackage.Pin(
        fields.text("name"),
        fields.text("version"),
        fields.text("architecture"),
        fields.text("suite"),
        fields.text("origin"),
        fields.text("file"),
        fields.number("size", LARGEST_PACKAGE),
        fields.sha256("sha256"));
  }

  /** Checks that a reference that is written in two ways has one digest. */
  private static void checkAgreement(LockFile file, LockFields root) {
    Map<Reference, LockedImage> known = new HashMap<>();
    file.images()
        .forEach(
            (written, image) -> {
              LockedImage other = known.putIfAbsent(image.reference(), image);
              if (other != null && !other.equals(image)) {
                throw root.object("images")
                    .failure(written, image.reference() + " is locked to two digests", "");
              }
            });
  }
}
