package linuxkit.trust.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Position;
import linuxkit.yaml.Quote;
import linuxkit.yaml.YamlNode;

/** Reads a policy's mapping. */
final class PolicyReader {
  private static final int VERSION = 1;
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  private final RequirementReader requirements;
  private final List<Rule> rules = new ArrayList<>();
  private final Map<String, Position> patterns = new HashMap<>();
  private Optional<ProvenanceRule> provenance = Optional.empty();
  private boolean allowsByDefault;

  PolicyReader(PolicyFolder folder, AuthorityFactory authorities) {
    this.requirements = new RequirementReader(new SignerReader(folder, authorities));
  }

  List<Rule> rules() {
    return List.copyOf(rules);
  }

  Optional<ProvenanceRule> provenance() {
    return provenance;
  }

  boolean allowsByDefault() {
    return allowsByDefault;
  }

  void read(MappingReader from) {
    if (!from.has("version")) {
      from.error("the key \"version\" is missing");
    }
    from.integer("version", VERSION, VERSION);
    from.get("default")
        .flatMap(node -> oneOf(node, List.of("deny", "allow")))
        .ifPresent(word -> allowsByDefault = word.equals("allow"));
    if (!from.has("rules") && !from.has("provenance")) {
      from.error("the key \"rules\" is missing");
    }
    provenance = from.mapping("provenance", this::provenance).flatMap(Function.identity());
    from.get("rules")
        .flatMap(
            node ->
                RequirementReader.notEmpty(
                    node, item -> item.mapping(this::rule).flatMap(Function.identity())))
        .ifPresent(rules::addAll);
  }

  private Optional<ProvenanceRule> provenance(MappingReader from) {
    Optional<String> builder =
        from.string("builder").filter(text -> SignerReader.notEmpty(from, "builder", text));
    if (!from.has("require")) {
      from.error("the key \"require\" is missing: it says who must have signed the provenance");
    }
    Signer.Attested stated = new Signer.Attested(ProvenanceRule.TYPE, builder);
    return from.get("require")
        .flatMap(node -> requirements.provenance(node, stated))
        .map(require -> new ProvenanceRule(from.position(), require));
  }

  private Optional<Rule> rule(MappingReader from) {
    Optional<ImagePattern> image = from.required("image").flatMap(text -> pattern(from, text));
    Optional<List<Requirement>> require = from.get("require").flatMap(requirements::images);
    Optional<List<String>> digests =
        from.get("digests").flatMap(node -> RequirementReader.notEmpty(node, PolicyReader::digest));
    Optional<String> unsigned = unsigned(from);
    SignedAs signedAs =
        from.get("signedAs")
            .flatMap(node -> signedAs(node, image))
            .orElseGet(SignedAs.Repository::new);
    if (from.has("require") && from.has("accept")) {
      from.error("\"require\" and \"accept\" contradict each other");
    }
    if (!from.has("require") && !from.has("accept") && !from.has("digests")) {
      from.error("one of the keys \"require\", \"digests\" and \"accept\" is missing");
    }
    if (from.has("signedAs") && !from.has("require")) {
      from.error("\"signedAs\" has no effect without \"require\"");
    }
    return image.map(
        pattern ->
            new Rule(
                pattern,
                from.position(),
                require.orElse(List.of()),
                unsigned,
                signedAs,
                Set.copyOf(digests.orElse(List.of()))));
  }

  private Optional<ImagePattern> pattern(MappingReader from, String text) {
    NodeReader node = from.get("image").orElseThrow();
    Optional<String> problem = ImagePattern.problem(text);
    if (problem.isPresent()) {
      node.error(Quote.of(text) + " is not a prefix of images' names: " + problem.get());
      return Optional.empty();
    }
    Position first = patterns.putIfAbsent(text, node.position());
    if (first != null) {
      node.error("there is already a rule for " + Quote.of(text) + ", at " + first);
    }
    return Optional.of(new ImagePattern(text));
  }

  private static Optional<String> unsigned(MappingReader from) {
    Optional<String> accept = from.get("accept").flatMap(node -> oneOf(node, List.of("unsigned")));
    Optional<String> reason = from.string("reason");
    reason
        .filter(String::isBlank)
        .ifPresent(_ -> from.get("reason").orElseThrow().error("the reason is empty"));
    if (from.has("accept") && !from.has("reason")) {
      from.error("the key \"reason\" is missing: say why unsigned images are accepted");
    }
    if (from.has("reason") && !from.has("accept")) {
      from.error("\"reason\" belongs to \"accept: unsigned\"");
    }
    return accept.isPresent() ? reason : Optional.empty();
  }

  private static Optional<SignedAs> signedAs(NodeReader node, Optional<ImagePattern> image) {
    if (node.node() instanceof YamlNode.Scalar) {
      return oneOf(node, List.of("repository")).map(_ -> new SignedAs.Repository());
    }
    return node.mapping(
            from -> {
              if (from.has("exact") == from.has("remap")) {
                from.error("exactly one of the keys \"exact\" and \"remap\" is needed");
              }
              Optional<SignedAs> exact =
                  from.get("exact").flatMap(PolicyReader::name).map(SignedAs.Exact::new);
              Optional<SignedAs> remap =
                  from.mapping("remap", body -> remap(body, image)).flatMap(Function.identity());
              return exact.or(() -> remap);
            })
        .flatMap(Function.identity());
  }

  private static Optional<SignedAs> remap(MappingReader from, Optional<ImagePattern> image) {
    from.required("from");
    from.required("to");
    Optional<String> before = from.get("from").flatMap(PolicyReader::name);
    Optional<String> after = from.get("to").flatMap(PolicyReader::name);
    before
        .filter(name -> image.isPresent() && !ImageName.startsWith(image.get().text(), name))
        .ifPresent(
            name ->
                from.get("from")
                    .orElseThrow()
                    .error(
                        "the images of the rule do not all begin with "
                            + Quote.of(name)
                            + ": use the rule's image, or a part that it begins with"));
    return before.flatMap(name -> after.map(other -> new SignedAs.Remap(name, other)));
  }

  private static Optional<String> name(NodeReader node) {
    Optional<String> text = node.string();
    Optional<String> problem = text.flatMap(ImageName::problem);
    problem.ifPresent(
        why -> node.error(Quote.of(text.orElseThrow()) + " is not a name of images: " + why));
    return problem.isPresent() ? Optional.empty() : text;
  }

  private static Optional<String> digest(NodeReader node) {
    Optional<String> text = node.string();
    if (text.isPresent() && !DIGEST.matcher(text.get()).matches()) {
      node.error(Quote.of(text.get()) + " is not sha256: and 64 lower-case hexadecimal digits");
      return Optional.empty();
    }
    return text;
  }

  static Optional<String> oneOf(NodeReader node, List<String> words) {
    Optional<String> text = node.string();
    if (text.isPresent() && !words.contains(text.get())) {
      node.error(Quote.of(text.get()) + " is not " + String.join(" or ", words));
      return Optional.empty();
    }
    return text;
  }
}
