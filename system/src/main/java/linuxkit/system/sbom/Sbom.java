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

/** Writes the bills of materials of a system. The bytes depend only on images and options. */
public final class Sbom {
  private static final String KIND = "sbom";

  /** To be incremented whenever the same images would give other bytes. */
  private static final String VERSION = "3";

  /** A part with the attestations of its image. */
  private record Attested(ImagePart part, List<Content> statements) {
    String name() {
      return part.image().reference().toString();
    }
  }

  /** The elements of an image, and the warnings about it. */
  private record Elements(SpdxPart part, List<String> warnings) {}

  private final SbomOptions options;
  private final WarningLog notes;
  private final List<Attested> parts = new ArrayList<>();

  private Sbom(SbomOptions options, WarningLog notes) {
    this.options = options;
    this.notes = notes;
  }

  /**
   * Returns the documents that the options ask for, by their paths, from the cache if it has them.
   *
   * @param parts in the order of the system
   * @param progress gets warnings about what is left out
   * @throws Failure if a package database cannot be read
   */
  public static Map<String, Content> write(
      List<ImagePart> parts, SbomOptions options, Progress progress) {
    Sbom sbom = new Sbom(options, new WarningLog(progress));
    parts.forEach(sbom::add);
    return sbom.write();
  }

  /**
   * Returns the attestations of an image's content by its builder, unread.
   *
   * @throws Failure if an attestation is missing
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

  // The image's package databases are used instead.
  private static String notUsed(Image image, Failure failure) {
    return "The attested list of packages of "
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
    // A document with warnings is not kept, so that each build repeats them.
    Optional<WorkCache> cache = options.cache().filter(_ -> !notes.any());
    return cache
        .<Content>map(
            kept -> new CachedContent(kept.get(KIND, key(format), out -> out.write(document))))
        .orElseGet(() -> Content.of(document));
  }

  /**
   * Returns the elements of all images. Several are read at once, but warnings keep their order.
   */
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

  private SpdxPart elements(Attested attested, Consumer<String> warn) {
    SpdxPart part = new SpdxPart(attested.part());
    boolean used = false;
    for (Content statement : attested.statements()) {
      try {
        int malformed = AttestedDocument.addTo(part, statement, attested.name());
        if (malformed > 0) {
          warn.accept(
              "The attested list of packages of %s has invalid entries, which are left out: %s"
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
      List<InstalledPackage> packages = PackageLists.read(databases, attested.name(), warn);
      // Of an attestation that was refused, the part may have elements already.
      Optional<WorkCache> cache = options.cache().filter(_ -> attested.statements().isEmpty());
      List<String> licences =
          ImageLicences.of(
              part,
              packages,
              databases,
              cache,
              new DeclaredLicences(part, databases.copyrights(), attested.name(), warn));
      InstalledPackages.addTo(part, packages, release, licences);
    }
    return part;
  }

  /**
   * Returns the hash of everything that a document depends on: an image's digest stands for its
   * files.
   */
  private String key(SbomFormat format) {
    MessageDigest hash = Sha256.digest();
    List<String> inputs = new ArrayList<>();
    inputs.add(VERSION + " " + format + " " + options.created());
    for (Attested attested : parts) {
      ImagePart part = attested.part();
      inputs.add(part.location());
      inputs.add(part.folder());
      inputs.add(attested.name());
      inputs.add(part.image().digest() + " in " + part.image().root());
      attested.statements().forEach(statement -> inputs.add("attested " + statement.sha256()));
    }
    inputs.forEach(input -> hash.update((input + "\n").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(hash.digest());
  }
}
