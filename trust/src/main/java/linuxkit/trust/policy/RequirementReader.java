package linuxkit.trust.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.YamlNode;

/** Reads the lists {@code require} of a policy. */
final class RequirementReader {
  private static final int MAX_THRESHOLD = 64;

  private final SignerReader signers;

  RequirementReader(SignerReader signers) {
    this.signers = signers;
  }

  /** Reads what a rule requires of images. */
  Optional<List<Requirement>> images(NodeReader node) {
    return notEmpty(node, item -> requirement(item, signers::read));
  }

  /**
   * Reads what is required of provenance.
   *
   * @param stated what the statement must be
   */
  Optional<List<Requirement>> provenance(NodeReader node, Signer.Attested stated) {
    return notEmpty(node, item -> requirement(item, from -> signers.provenance(from, stated)));
  }

  private static Optional<Requirement> requirement(
      NodeReader node, Function<MappingReader, Optional<Signer>> signer) {
    return node.mapping(
            from -> {
              Optional<List<Signer>> anyOf =
                  from.get("anyOf")
                      .flatMap(
                          list ->
                              notEmpty(
                                  list, item -> item.mapping(signer).flatMap(Function.identity())));
              Optional<Long> threshold = from.integer("threshold", 1, MAX_THRESHOLD);
              if (from.has("anyOf")) {
                SignerReader.refuse(from, "anyOf");
                checkThreshold(from, anyOf, threshold);
                return anyOf.map(
                    all ->
                        new Requirement(
                            from.position(), all, Math.toIntExact(threshold.orElse(1L))));
              }
              if (from.has("threshold")) {
                from.error("\"threshold\" belongs to \"anyOf\"");
              }
              return signer
                  .apply(from)
                  .map(one -> new Requirement(from.position(), List.of(one), 1));
            })
        .flatMap(Function.identity());
  }

  private static void checkThreshold(
      MappingReader from, Optional<List<Signer>> anyOf, Optional<Long> threshold) {
    if (anyOf.isEmpty() || threshold.isEmpty()) {
      return;
    }
    Set<String> different = new HashSet<>();
    boolean single = anyOf.get().stream().allMatch(Signer::isOnePerson);
    anyOf.get().forEach(signer -> different.add(signer.label()));
    if (single && threshold.get() > different.size()) {
      from.get("threshold")
          .orElseThrow()
          .error(
              threshold.get()
                  + " different signers are needed, but only "
                  + different.size()
                  + (different.size() == 1 ? " is" : " are")
                  + " listed");
    }
  }

  /** Reads a list, and refuses an empty one: it would say that nothing is required. */
  static <T> Optional<List<T>> notEmpty(
      NodeReader node, Function<NodeReader, Optional<T>> element) {
    if (node.node() instanceof YamlNode.Sequence sequence && sequence.elements().isEmpty()) {
      node.error("the list is empty");
      return Optional.empty();
    }
    return node.list(element);
  }
}
