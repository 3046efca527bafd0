package linuxkit.engine.provenance;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.engine.provenance.VerifyReport.Check;
import linuxkit.engine.trust.PolicyFiles;
import linuxkit.trust.policy.Authorities;
import linuxkit.trust.policy.Decision;
import linuxkit.trust.policy.TrustPolicy;

/** Applies the trust policy to a provenance. */
final class PolicyCheck {
  private static final String NAME = "policy";
  private static final List<Path> HERE = List.of(Path.of(""));

  private PolicyCheck() {}

  /**
   * Asks the policy that {@code --trust} names; else the one beside the manifests, together with
   * the machine's.
   *
   * @param folders of the manifests
   * @param needed whether a policy that {@code --trust} names must decide, because nothing else
   *     does
   * @return a check for each policy
   * @throws linuxkit.base.Failure if a policy cannot be read, or has mistakes
   */
  static List<Check> check(
      ProvenanceReader.Document document,
      Optional<Path> given,
      List<Path> folders,
      boolean needed) {
    List<Check> checks = new ArrayList<>();
    for (Path policy : policies(given, folders)) {
      checks.add(check(document, policy, needed && given.isPresent()));
    }
    return checks;
  }

  private static List<Path> policies(Optional<Path> given, List<Path> folders) {
    PolicyFiles files = new PolicyFiles(PolicyFiles.CONFIGURATION);
    Optional<Path> found = files.find(given, folders.isEmpty() ? HERE : folders);
    List<Path> policies = new ArrayList<>(found.stream().toList());
    if (given.isEmpty()) {
      found.flatMap(files::ofMachine).ifPresent(policies::add);
    }
    return policies;
  }

  private static Check check(ProvenanceReader.Document document, Path file, boolean needed) {
    Optional<Decision> decision =
        TrustPolicy.read(file, new Authorities())
            .decideProvenance(document.subjects().digests(), document.evidence(), Instant.now());
    if (decision.isEmpty()) {
      String summary = file + " does not say who must have signed provenance";
      return needed ? Check.failed(NAME, summary, List.of()) : Check.skipped(NAME, summary);
    }
    String rule = "by the rule " + decision.get().rule() + " at " + decision.get().place();
    return switch (decision.get()) {
      case Decision.Allowed allowed ->
          Check.passed(NAME, "signed by " + signers(allowed) + ", accepted " + rule);
      case Decision.Refused refused ->
          Check.failed(
              NAME,
              "refused " + rule + ": " + refused.reasons().getFirst(),
              refused.reasons().subList(1, refused.reasons().size()));
    };
  }

  private static String signers(Decision.Allowed allowed) {
    return String.join(
        " and ",
        allowed.outcomes().stream()
            .flatMap(outcome -> outcome.accepted().stream())
            .map(accepted -> accepted.signer())
            .distinct()
            .toList());
  }
}
