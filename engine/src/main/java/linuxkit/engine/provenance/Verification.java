package linuxkit.engine.provenance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import linuxkit.base.Progress;
import linuxkit.engine.BuildRequest;
import linuxkit.engine.Settings;
import linuxkit.engine.SystemOptions.LockUse;
import linuxkit.engine.provenance.VerifyReport.Check;
import linuxkit.engine.provenance.VerifyReport.Result;
import linuxkit.trust.keys.VerificationKey;

/** Checks outputs of builds against their provenance. */
public final class Verification {
  private final Settings settings;
  private final Progress progress;

  public Verification(Settings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * A request to check outputs.
   *
   * @param files the outputs
   * @param provenance the file
   * @param keys of which one must have signed it; if empty, only the trust policy decides
   * @param lock the lock file; empty for the one beside the last manifest
   * @param folders of the manifests, for the lock file, the trust policy and a second build: one
   *     for each, one for all, or none for the current folder
   * @param sources folders that manifests from addresses may take files from
   * @param rebuild whether to build again
   */
  public record Request(
      List<Path> files,
      Path provenance,
      List<VerificationKey> keys,
      Optional<Path> lock,
      List<Path> folders,
      List<Path> sources,
      boolean rebuild) {
    public Request {
      files = List.copyOf(files);
      keys = List.copyOf(keys);
      folders = List.copyOf(folders);
      sources = List.copyOf(sources);
    }
  }

  /**
   * Makes all checks. Those after the first that fails are made, too, except that a system is not
   * built again on the word of somebody whose signature is not accepted.
   *
   * @throws linuxkit.base.Failure if a file cannot be read, or the system cannot be built again
   */
  public VerifyReport run(Request request) {
    ProvenanceReader.Document document = ProvenanceReader.read(request.provenance());
    Provenance provenance = document.provenance();
    SequencedMap<Path, String> files = SubjectCheck.digests(request.files());
    List<Check> checks = new ArrayList<>();
    boolean keys = !request.keys().isEmpty();
    List<Check> policies = PolicyCheck.check(document, settings.trust(), request.folders(), !keys);
    if (keys || policies.stream().allMatch(check -> check.result() == Result.SKIPPED)) {
      checks.add(SignatureCheck.check(document, request.keys()));
    }
    checks.addAll(policies);
    boolean trusted = new VerifyReport(checks).failure().isEmpty();
    checks.add(SubjectCheck.check(provenance, files));
    Optional<Path> lock = request.lock().or(() -> lockBeside(provenance, request.folders()));
    checks.add(lock.map(file -> LockCheck.check(provenance, file)).orElseGet(LockCheck::none));
    if (request.rebuild() && !trusted) {
      checks.add(Check.skipped(Rebuild.NAME, "not built again, because of the signature"));
    } else if (request.rebuild()) {
      checks.add(
          new Rebuild(settings, progress, provenance, request.provenance().toString())
              .run(
                  files,
                  new RecordedRequest.Surroundings(
                      request.folders(), request.sources(), new LockUse(request.lock(), false))));
    }
    return new VerifyReport(checks);
  }

  private static Optional<Path> lockBeside(Provenance provenance, List<Path> folders) {
    List<Fields> manifests = provenance.parameters().objects("manifests");
    String name = manifests.isEmpty() ? "-" : manifests.getLast().text("name");
    Path folder = folders.isEmpty() ? Path.of("") : folders.getLast();
    return BuildRequest.lockFile(List.of(name))
        .map(file -> folder.resolve(String.valueOf(file.getFileName())))
        .filter(Files::exists);
  }
}
