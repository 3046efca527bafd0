package linuxkit.engine.provenance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import linuxkit.base.Printable;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.boot.compare.ArtefactComparison;
import linuxkit.boot.compare.ArtefactDifference;
import linuxkit.engine.Settings;
import linuxkit.engine.SystemBuild;
import linuxkit.engine.inputs.BuildInputs;
import linuxkit.engine.inputs.Replay;
import linuxkit.engine.provenance.VerifyReport.Check;

/** Builds a system again in a temporary folder, and compares the outputs byte for byte. */
final class Rebuild {
  static final String NAME = "rebuild";

  private final Settings settings;
  private final Progress progress;
  private final Provenance provenance;
  private final String where;
  private final List<String> different = new ArrayList<>();

  Rebuild(Settings settings, Progress progress, Provenance provenance, String where) {
    this.settings = settings;
    this.progress = progress;
    this.provenance = provenance;
    this.where = where;
  }

  /**
   * Builds again and compares.
   *
   * @param files the outputs that are there, with their SHA-256
   * @throws linuxkit.base.Failure if the system cannot be built
   */
  Check run(SequencedMap<Path, String> files, RecordedRequest.Surroundings surroundings) {
    try {
      Path folder = Files.createTempDirectory("linuxkit-verify");
      try {
        return run(files, surroundings, folder);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot compare", Path.of(""), e);
    }
  }

  private Check run(
      SequencedMap<Path, String> files, RecordedRequest.Surroundings surroundings, Path folder)
      throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    RecordedRequest recorded = RecordedRequest.of(provenance.parameters(), surroundings, out);
    Replay replay =
        new Replay(
            recorded.manifests(),
            puller -> new RecordedImages(provenance.dependencies(), puller, where));
    List<BuildInputs> used = new ArrayList<>();
    SystemBuild.of(settings(recorded.epoch()), progress, replay).run(recorded.request(), used::add);
    List<String> inputs = inputs(used.getFirst(), recorded);
    Set<String> sboms =
        Set.copyOf(provenance.parameters().object("system").strings("sbom").values());
    compare(files, out, new ArtefactComparison(folder, sboms));
    if (different.isEmpty()) {
      return new Check(NAME, VerifyReport.Result.PASSED, "reproduced", inputs);
    }
    different.addAll(inputs);
    return Check.failed(NAME, "not reproduced", different);
  }

  private Settings settings(String epoch) {
    Map<String, String> environment = new HashMap<>(settings.environment());
    environment.put("SOURCE_DATE_EPOCH", epoch);
    return new Settings(
        settings.cache(),
        settings.mirrors(),
        settings.certificates(),
        environment,
        settings.distribution(),
        settings.trust());
  }

  /** Returns what was different from the start: components in folders, and files. */
  private List<String> inputs(BuildInputs used, RecordedRequest recorded) {
    Map<String, Dependency> before = new HashMap<>();
    provenance.dependencies().stream()
        .filter(each -> !each.isPackage())
        .forEach(each -> before.put(each.name(), each));
    List<String> changed = new ArrayList<>();
    for (Dependency now : Dependencies.of(used, recorded.request().platform())) {
      Dependency then = before.remove(now.name());
      if (!now.isPackage() && (then == null || !then.sha256().equals(now.sha256()))) {
        changed.add(
            (now.isFile() ? "the file " : "the component ")
                + Printable.line(now.name())
                + " is not the one of the first build");
      }
    }
    return changed;
  }

  private void compare(SequencedMap<Path, String> files, Path out, ArtefactComparison comparison)
      throws IOException {
    Map<String, String> others = new HashMap<>(provenance.subjects());
    for (Map.Entry<Path, String> file : files.entrySet()) {
      String name = SubjectCheck.output(provenance, file.getKey(), file.getValue());
      others.remove(name);
      Path again = out.resolve(name);
      if (!Files.exists(again)) {
        different.add("the second build does not write " + Printable.line(name));
      } else {
        comparison
            .compare(file.getKey(), again)
            .ifPresent(difference -> add(file.getKey(), difference));
      }
    }
    for (Map.Entry<String, String> other : new TreeMap<>(others).entrySet()) {
      Path again = out.resolve(other.getKey());
      if (!Files.exists(again) || !Sha256.of(again).equals(other.getValue())) {
        different.add(Printable.line(other.getKey()) + ", which was not given, differs");
      }
    }
  }

  private void add(Path file, ArtefactDifference difference) {
    different.add(file + " differs: " + Printable.line(difference.text()));
    difference.others().forEach(path -> different.add("  also /" + Printable.line(path)));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    }
  }
}
