package linuxkit.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.own.NamedOutput;
import linuxkit.boot.Artefact;
import linuxkit.boot.OutputOptions;
import linuxkit.boot.Outputs;
import linuxkit.engine.bill.ArtefactBills;
import linuxkit.engine.inputs.BuildInputs;
import linuxkit.engine.inputs.InputCollector;
import linuxkit.engine.inputs.Replay;
import linuxkit.engine.trust.UncheckedImages;
import linuxkit.oci.Images;
import linuxkit.system.assembly.FoundImages;
import linuxkit.system.assembly.SystemAssembler;
import linuxkit.system.assembly.SystemTree;
import linuxkit.system.inspect.BudgetCheck;
import linuxkit.system.inspect.HtmlReport;
import linuxkit.system.inspect.InspectedSystem;
import linuxkit.system.inspect.Sizes;
import linuxkit.system.manifest.Budget;
import linuxkit.system.manifest.SystemManifest;
import linuxkit.system.sbom.ImagePart;
import linuxkit.system.sbom.SbomOptions;
import linuxkit.system.tree.AssemblyOptions;

/** Builds systems. A build that fails leaves no output behind. */
public final class SystemBuild {
  private final Settings settings;
  private final InputStream standardInput;
  private final Progress progress;
  private final Optional<String> program;
  private final Optional<Replay> replay;

  /**
   * @param standardInput read for a manifest named {@code -}; stays open
   */
  public SystemBuild(Settings settings, InputStream standardInput, Progress progress) {
    this(settings, standardInput, progress, settings.distribution().runningId());
  }

  /**
   * @param program identifies the running program in build records; empty for a program that leaves
   *     and uses no records
   */
  SystemBuild(
      Settings settings, InputStream standardInput, Progress progress, Optional<String> program) {
    this(settings, standardInput, progress, program, Optional.empty());
  }

  private SystemBuild(
      Settings settings,
      InputStream standardInput,
      Progress progress,
      Optional<String> program,
      Optional<Replay> replay) {
    this.replay = replay;
    this.settings = settings;
    this.standardInput = standardInput;
    this.progress = progress;
    this.program = program;
  }

  /** Builds without a manifest on standard input. */
  public SystemBuild(Settings settings, Progress progress) {
    this(settings, InputStream.nullInputStream(), progress);
  }

  /** Returns a builder that takes its inputs from here. */
  public static SystemBuild of(Settings settings, Progress progress, Replay replay) {
    return new SystemBuild(
        settings, InputStream.nullInputStream(), progress, Optional.empty(), Optional.of(replay));
  }

  /**
   * Builds a system, or finds that its outputs are current.
   *
   * @throws linuxkit.base.Failure if it cannot be built; the outputs are then unchanged
   */
  public BuildResult run(BuildRequest request) {
    return run(request, Optional.empty());
  }

  /**
   * Builds a system, even if its outputs are current, and reports what it was made from.
   *
   * @throws linuxkit.base.Failure if it cannot be built; the outputs are then unchanged
   */
  public BuildResult run(BuildRequest request, Consumer<BuildInputs> used) {
    return run(request, Optional.of(used));
  }

  private BuildResult run(BuildRequest request, Optional<Consumer<BuildInputs>> used) {
    try (Workspace workspace = new Workspace(settings, standardInput, progress, replay)) {
      SystemManifest manifest =
          workspace
              .manifest(
                  request.manifests(), request.system().permissions(), request.system().lock())
              .within(request.limits().budget(), request.limits().origin());
      if (request.target() instanceof BuildTarget.Named named) {
        Outputs.check(named.directory());
      }
      Images images = workspace.images(request.images());
      FoundImages found = FoundImages.find(manifest, images, request.platform());
      BootLoaderImages loaders = workspace.bootLoaders(manifest, images, request.platform());
      AssemblyOptions options = workspace.options(request.system());
      Optional<BuildRecord> record =
          used.isPresent() ? Optional.empty() : record(request, workspace, found, loaders, options);
      if (record.isPresent()) {
        Optional<List<Artefact>> current = record.get().current();
        if (current.isPresent()) {
          return result(current.get(), true);
        }
      }
      Progress reported = record.map(BuildRecord::progress).orElse(progress);
      // An unchanged build repeats what the record says, and does not look at its images for this.
      if (workspace.acceptsAnyImage()) {
        UncheckedImages.warning(found, workspace.work()).ifPresent(reported::warn);
      }
      List<ImagePart> parts = new ArrayList<>();
      SystemTree system = SystemAssembler.assemble(found, options, reported, parts::addAll);
      Outputs outputs =
          new Outputs(
              workspace.work(),
              request.outputs().initrd(),
              new OutputOptions(
                  request.platform(),
                  loaders,
                  request.outputs().disks(),
                  request.outputs().roots()),
              reported);
      check(manifest.budget(), system, outputs);
      SbomRequest sbom = request.system().sbom();
      try (ArtefactBills bills = new ArtefactBills(sbom.files().values())) {
        List<Artefact> made =
            request.report().isPresent()
                ? writeReported(request, request.report().get(), system, found, outputs)
                : request.target().write(system, outputs, reported);
        List<Artefact> all = new ArrayList<>(made);
        if (!sbom.files().isEmpty()) {
          parts.addAll(loaders.used());
          // The document in the system has reported what is wrong with the images.
          Progress quiet = sbom.paths().isEmpty() ? reported : Progress.silent();
          for (Artefact bill : bills.write(parts, workspace.artefactBills(sbom), quiet)) {
            reported.info("  " + bill.path());
            all.add(bill);
          }
        }
        // What is written to a pipe is written each time.
        if (!made.isEmpty() && all.size() == made.size() + sbom.files().size()) {
          record.ifPresent(kept -> kept.keep(all));
        }
        used.ifPresent(
            consumer ->
                consumer.accept(
                    new InputCollector(
                            workspace.access().store(),
                            options,
                            workspace.access().trust(),
                            progress)
                        .collect(
                            workspace.texts(),
                            workspace.epoch(),
                            workspace.lockHash(),
                            found,
                            loaders.images(request.target().formats()),
                            workspace.bases(request.platform()),
                            system)));
        return result(all, false);
      }
    }
  }

  /** Returns the build record; empty if the build is not recorded, or an input is unknown. */
  private Optional<BuildRecord> record(
      BuildRequest request,
      Workspace workspace,
      FoundImages found,
      BootLoaderImages loaders,
      AssemblyOptions options) {
    boolean reported = request.report().isPresent();
    boolean ofNow =
        options.sbom().filter(SbomOptions::isOfNow).isPresent()
            || workspace.artefactBills(request.system().sbom()).isOfNow();
    if (reported || ofNow || request.target() instanceof BuildTarget.ToStream) {
      return Optional.empty();
    }
    List<String> bootLoaders = loaders.digests(request.target().formats());
    Optional<String> content = found.digest(options);
    if (program.isEmpty() || content.isEmpty()) {
      return Optional.empty();
    }
    List<String> inputs = new ArrayList<>(request.key());
    BuildRecord.addList(inputs, workspace.inputs());
    inputs.add(content.get());
    BuildRecord.addList(inputs, bootLoaders);
    inputs.add(program.get());
    inputs.add(workspace.epoch());
    inputs.add(Path.of("").toAbsolutePath().toString());
    return Optional.of(new BuildRecord(workspace.work(), inputs, progress));
  }

  private static BuildResult result(List<Artefact> made, boolean unchanged) {
    return new BuildResult(
        made.stream()
            .map(artefact -> new BuildResult.BuiltArtefact(artefact.path(), artefact.stamp()))
            .toList(),
        unchanged);
  }

  private static void check(Budget budget, SystemTree system, Outputs outputs) {
    if (!budget.limits().isEmpty()) {
      OptionalLong initrd =
          budget.limits().containsKey("initrd")
              ? OptionalLong.of(outputs.initrdSize(system))
              : OptionalLong.empty();
      BudgetCheck.check(budget, Sizes.of(system.files(), true), initrd);
    }
  }

  /**
   * Writes the report to a temporary file, and moves it into place once the outputs are in place.
   */
  private List<Artefact> writeReported(
      BuildRequest request, Path report, SystemTree system, FoundImages found, Outputs outputs) {
    byte[] page =
        HtmlReport.write(
            BuildRequest.defaultName(request.manifests().getLast()),
            InspectedSystem.of(system),
            found.rootsAndDigests(),
            outputs.memory(system, request.target().formats()),
            progress);
    try (NamedOutput file = NamedOutput.create(report)) {
      file.stream().write(page);
      List<Artefact> made = request.target().write(system, outputs, progress);
      file.commit();
      return made;
    } catch (IOException e) {
      throw FileFailure.of("cannot write the report", report, e);
    }
  }
}
