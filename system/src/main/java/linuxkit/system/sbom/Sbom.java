package linuxkit.system.sbom;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import linuxkit.base.Failure;
import linuxkit.base.Parallel;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.base.cache.CachedFile;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.CachedContent;
import linuxkit.filesystem.Content;
import linuxkit.oci.Image;

/** Writes the bills of materials of a system. The bytes depend on images and options alone. */
public final class Sbom {
  private static final String KIND = "sbom";

  /** To be counted up whenever the same images would give other bytes. */
  private static final String VERSION = "2";

  /** A part with what is attested of its image. */
  private record Attested(ImagePart part, List<Content> statements) {
    String name() {
      return part.image().reference().toString();
    }
  }

  /** What an image has, and what is to be said of it. */
  private record Elements(SpdxPart part, List<String> warnings) {}

  private final SbomOptions options;
  private final WarningLog notes;
  private final List<Attested> parts = new ArrayList<>();

  private Sbom(SbomOptions options, WarningLog notes) {
    this.options = options;
    this.notes = notes;
  }

  /**
   * The documents that the options ask for, by their paths; from the cache where it has them.
   *
   * @param parts in the order of the system
   * @param progress warned of what had to be left out
   * @throws Failure when a package database cannot be read
   */
  public static Map<String, Content> write(
      List<ImagePart> parts, SbomOptions options, Progress progress) {
    Sbom sbom = new Sbom(options, new WarningLog(progress));
    parts.forEach(sbom::add);
    return sbom.write();
  }

  /**
   * What an image's builder states of its content, unread.
   *
   * @throws Failure when a statement of it is not at hand
   */
  public static List<Content> statements(Image image) {
    return image.attestations(AttestedDocument.PREDICATE);
  }

  private void add(ImagePart part) {
    List<Content> statements = List.of();
    try {
      statements = statements(part.image());
    } catch (Failure failure) {
      notes.warn(notUsed(part.image(), failure));
    }
    parts.add(new Attested(part, statements));
  }

  // The image is as good without: its package databases tell of it, too.
  private static String notUsed(Image image, Failure failure) {
    return "The list of packages attested of "
        + image.reference()
        + " is not used: "
        + failure.getMessage();
  }

  private Map<String, Content> write() {
    Map<String, Content> documents = new LinkedHashMap<>();
    List<SpdxPart> elements = new ArrayList<>();
    options
        .paths()
        .forEach(
            (format, path) -> {
              Optional<CachedFile> made =
                  options.cache().flatMap(cache -> cache.find(KIND, key(format)));
              if (made.isEmpty() && elements.isEmpty()) {
                elements.addAll(elements());
              }
              documents.put(
                  path,
                  made.<Content>map(CachedContent::new).orElseGet(() -> make(format, elements)));
            });
    return documents;
  }

  private Content make(SbomFormat format, List<SpdxPart> elements) {
    byte[] document =
        switch (format) {
          case SPDX -> SpdxDocument.write(elements, options.created());
          case CYCLONEDX -> CycloneDxDocument.write(elements, options.created());
        };
    // With warnings it is made anew each time, so that they are given each time.
    Optional<WorkCache> cache = options.cache().filter(_ -> !notes.any());
    return cache
        .<Content>map(
            kept -> new CachedContent(kept.get(KIND, key(format), out -> out.write(document))))
        .orElseGet(() -> Content.of(document));
  }

  /** Of all images, several at once; what is to be said of them is said in their order. */
  private List<SpdxPart> elements() {
    List<Elements> all =
        Parallel.map(
            parts,
            part -> {
              List<String> warnings = new ArrayList<>();
              return new Elements(elements(part, warnings::add), warnings);
            });
    all.forEach(each -> each.warnings().forEach(notes::warn));
    return all.stream().map(Elements::part).toList();
  }

  private static SpdxPart elements(Attested attested, Consumer<String> warn) {
    SpdxPart part = new SpdxPart(attested.part());
    boolean used = false;
    for (Content statement : attested.statements()) {
      try {
        int malformed = AttestedDocument.addTo(part, statement, attested.name());
        if (malformed > 0) {
          warn.accept(
              "The list of packages attested of %s has %s entries that make no sense; they are left out"
                  .formatted(attested.name(), malformed));
        }
        used = true;
      } catch (Failure failure) {
        warn.accept(notUsed(attested.part().image(), failure));
      }
    }
    if (!used) {
      PackageDatabases databases = attested.part().databases();
      OsRelease release =
          databases
              .release()
              .map(
                  file ->
                      DatabaseText.read(
                          file, OsRelease.MAX_SIZE, attested.name() + ", os-release", warn))
              .map(OsRelease::parse)
              .orElse(OsRelease.UNKNOWN);
      InstalledPackages.addTo(
          part,
          PackageLists.read(databases, attested.name(), warn),
          release,
          new DeclaredLicences(part, databases.copyrights(), attested.name(), warn));
    }
    return part;
  }

  /** The hash of everything that a document depends on: an image's digest stands for its files. */
  private String key(SbomFormat format) {
    MessageDigest hash = Sha256.digest();
    List<String> inputs = new ArrayList<>();
    inputs.add(VERSION + " " + format + " " + options.created());
    for (Attested attested : parts) {
      ImagePart part = attested.part();
      inputs.add(part.location());
      inputs.add(part.folder());
      inputs.add(attested.name());
      inputs.add(part.image().digest().toString());
      attested.statements().forEach(statement -> inputs.add("attested " + statement.sha256()));
    }
    inputs.forEach(input -> hash.update((input + "\n").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(hash.digest());
  }
}
