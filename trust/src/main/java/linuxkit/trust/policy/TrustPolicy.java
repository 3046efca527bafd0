package linuxkit.trust.policy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Sha256;
import linuxkit.base.SymbolicLinks;
import linuxkit.trust.Evidence;
import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Position;
import linuxkit.yaml.YamlDocument;
import linuxkit.yaml.YamlFailure;

/** Which images are accepted. An image that no rule is for is refused unless the policy says so. */
public final class TrustPolicy {
  private static final String DEFAULT_RULE = "default";

  // The version of this code's rules in the keys of decisions that are kept.
  private static final String VERSION = "3";

  private final String name;
  private final String identity;
  private final boolean allowsByDefault;
  private final List<Rule> rules;
  private final Optional<ProvenanceRule> provenance;

  private TrustPolicy(String name, String identity, PolicyReader reader) {
    this.name = name;
    this.identity = identity;
    this.allowsByDefault = reader.allowsByDefault();
    this.rules = reader.rules();
    this.provenance = reader.provenance();
  }

  /**
   * Reads a policy and the files that it names, which are relative to its folder.
   *
   * @throws linuxkit.base.Failure if a file cannot be read, or the policy has mistakes
   */
  public static TrustPolicy read(Path file, AuthorityFactory authorities) {
    PolicyFolder folder = PolicyFolder.of(file);
    return read(file, folder.policy(file), folder, authorities);
  }

  static TrustPolicy read(
      Path file, byte[] bytes, PolicyFolder folder, AuthorityFactory authorities) {
    Position start = new Position(file.toString(), 1, 1, SymbolicLinks.leadOut(file));
    return parse(start, bytes, folder, authorities);
  }

  /**
   * Reads a policy.
   *
   * @param folder reads the files that the policy names
   * @throws YamlFailure if it has mistakes
   * @throws linuxkit.base.Failure if a file cannot be read
   */
  static TrustPolicy parse(
      Position start, byte[] bytes, PolicyFolder folder, AuthorityFactory authorities) {
    Diagnostics diagnostics = new Diagnostics();
    PolicyReader reader = new PolicyReader(folder, authorities);
    if (PolicyText.check(start, bytes, diagnostics)) {
      YamlDocument.parse(start, bytes, diagnostics)
          .ifPresent(node -> NodeReader.root(node, diagnostics).fields(reader::read));
    }
    // A second document would be ignored, and its rules with it.
    diagnostics
        .warnings()
        .forEach(
            warning -> diagnostics.error(warning.position(), warning.path(), warning.problem()));
    diagnostics.throwErrors();
    return new TrustPolicy(start.file(), identity(start.file(), bytes, folder.read()), reader);
  }

  /** Returns a SHA-256 over a policy and all files that it names, in hexadecimal digits. */
  static String identity(String name, byte[] policy, List<byte[]> files) {
    MessageDigest digest = Sha256.digest();
    digest.update(VERSION.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(HexFormat.of().parseHex(Sha256.hex(policy)));
    for (byte[] file : files) {
      digest.update(HexFormat.of().parseHex(Sha256.hex(file)));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns the name of the policy's file. */
  public String name() {
    return name;
  }

  /** Returns a SHA-256 over the policy and all files that it names, in hexadecimal digits. */
  public String identity() {
    return identity;
  }

  /**
   * Makes every authority, so that a key that cannot be used is a failure wherever it stands.
   *
   * @throws linuxkit.base.Failure if one cannot be used
   */
  public void check() {
    rules.forEach(rule -> check(rule.require()));
    provenance.ifPresent(rule -> check(rule.require()));
  }

  private static void check(List<Requirement> requirements) {
    for (Requirement requirement : requirements) {
      requirement.anyOf().forEach(signer -> signer.authority().get());
    }
  }

  /** Returns whether images of a repository are accepted without any signature. */
  public boolean acceptsUnsigned(String repository) {
    return rule(repository)
        .map(rule -> rule.unsigned().isPresent() && rule.digests().isEmpty())
        .orElse(allowsByDefault);
  }

  /**
   * Returns whether signatures matter for a repository: if not, there is no need to look for them.
   */
  public boolean wantsSignatures(String repository) {
    return rule(repository).filter(rule -> !rule.require().isEmpty()).isPresent();
  }

  /**
   * Decides about an image.
   *
   * @param repository the full name with registry, without tag and digest
   * @param digests as {@code sha256:…}: that of the index or manifest which a reference resolves
   *     to, then those of manifests in it which are acceptable instead
   * @param evidence at most {@link Evidence#MAX_COUNT} pieces are tried
   */
  public Decision decide(
      String repository, List<String> digests, List<Evidence> evidence, Instant now) {
    String canonical = ImageName.canonical(repository);
    Optional<Rule> rule = rule(repository);
    if (rule.isPresent()) {
      List<Evidence> tried = evidence.subList(0, Math.min(evidence.size(), Evidence.MAX_COUNT));
      return rule.get().decide(canonical, digests, tried, now);
    }
    return allowsByDefault
        ? new Decision.Allowed(DEFAULT_RULE, name, "no rule is for it", List.of(), Optional.empty())
        : new Decision.Refused(
            DEFAULT_RULE, name, List.of("no rule is for " + canonical), List.of());
  }

  /**
   * Decides about the provenance of a build.
   *
   * @param digests of the outputs that it is about, as {@code sha256:…}
   * @param evidence the signed provenance; empty if it is not signed
   * @return empty if the policy says nothing about provenance
   * @throws linuxkit.base.Failure if a key of the policy cannot be used
   */
  public Optional<Decision> decideProvenance(
      List<String> digests, Optional<Evidence> evidence, Instant now) {
    provenance.ifPresent(rule -> check(rule.require()));
    return provenance.map(rule -> rule.decide(digests, evidence.stream().toList(), now));
  }

  private Optional<Rule> rule(String repository) {
    String canonical = ImageName.canonical(repository);
    return rules.stream()
        .filter(rule -> rule.image().matches(canonical))
        .max(Comparator.comparingInt(rule -> rule.image().weight()));
  }
}
