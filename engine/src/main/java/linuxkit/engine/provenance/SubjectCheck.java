package linuxkit.engine.provenance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import linuxkit.base.FileFailure;
import linuxkit.base.Printable;
import linuxkit.base.Sha256;
import linuxkit.engine.provenance.VerifyReport.Check;

/** Compares the digests of files with those of a provenance. */
final class SubjectCheck {
  private static final String NAME = "subjects";

  private SubjectCheck() {}

  /**
   * Returns the SHA-256 of each file.
   *
   * @throws FileFailure if one cannot be read
   */
  static SequencedMap<Path, String> digests(List<Path> files) {
    SequencedMap<Path, String> digests = new LinkedHashMap<>();
    for (Path file : files) {
      try {
        digests.put(file, Sha256.of(file));
      } catch (IOException e) {
        throw FileFailure.of("cannot read", file, e);
      }
    }
    return digests;
  }

  static Check check(Provenance provenance, Map<Path, String> digests) {
    List<String> wrong = new ArrayList<>();
    digests.forEach(
        (file, sha256) -> {
          String name = String.valueOf(file.getFileName());
          String stated = provenance.subjects().get(name);
          if (stated != null && !stated.equals(sha256)) {
            wrong.add(file + " has the SHA-256 " + sha256 + ", not " + stated);
          } else if (stated == null && !provenance.subjects().containsValue(sha256)) {
            wrong.add(
                file
                    + " is not an output of the build, which are "
                    + Printable.line(String.join(", ", provenance.subjects().keySet())));
          }
        });
    return wrong.isEmpty()
        ? Check.passed(
            NAME,
            digests.size() == 1
                ? "the file is an output of the build"
                : "all " + digests.size() + " files are outputs of the build")
        : Check.failed(
            NAME,
            "the files are not the outputs of the build for "
                + Printable.line(provenance.parameters().text("platform")),
            wrong);
  }

  /** Returns the name of the output that a file is, by its name or else by its digest. */
  static String output(Provenance provenance, Path file, String sha256) {
    String name = String.valueOf(file.getFileName());
    if (provenance.subjects().containsKey(name)) {
      return name;
    }
    return provenance.subjects().entrySet().stream()
        .filter(subject -> subject.getValue().equals(sha256))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(name);
  }
}
