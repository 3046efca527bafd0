package linuxkit.trust.policy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import linuxkit.base.Failure;
import linuxkit.base.Lazy;
import linuxkit.base.Sha256;
import linuxkit.yaml.MappingReader;
import linuxkit.yaml.NodeReader;
import linuxkit.yaml.Quote;

/** Reads the entries of a policy that name a signer. */
final class SignerReader {
  private static final List<String> PEOPLE = List.of("key", "keyless", "x509");
  private static final List<String> STATERS = List.of("key", "keyless");
  private static final List<String> KINDS = List.of("key", "keyless", "x509", "attestation");
  private static final int LONGEST_PATTERN = 1024;

  private final PolicyFolder folder;
  private final AuthorityFactory authorities;

  SignerReader(PolicyFolder folder, AuthorityFactory authorities) {
    this.folder = folder;
    this.authorities = authorities;
  }

  /** Reports kinds of signers beside a key that excludes them. */
  static void refuse(MappingReader from, String key) {
    for (String kind : KINDS) {
      if (from.has(kind)) {
        from.error("\"" + kind + "\" and \"" + key + "\" contradict each other");
      }
    }
  }

  /** Reads an entry with exactly one kind of signer. */
  Optional<Signer> read(MappingReader from) {
    return oneOf(from, KINDS)
        .flatMap(
            kind ->
                kind.equals("attestation")
                    ? from.mapping(kind, this::attestation).flatMap(signer -> signer)
                    : person(from, kind));
  }

  /**
   * Reads an entry that names a signer of provenance.
   *
   * @param stated what the statement must be
   */
  Optional<Signer> provenance(MappingReader from, Signer.Attested stated) {
    if (from.has("attestation")) {
      from.error("provenance is an attestation itself: name who must have signed it");
      return Optional.empty();
    }
    if (from.has("x509")) {
      from.error("signatures of the Notary Project are of images only: use a key or an identity");
      return Optional.empty();
    }
    return oneOf(from, STATERS)
        .flatMap(kind -> person(from, kind))
        .map(
            signer ->
                new Signer(
                    signer.label(),
                    signer.position(),
                    signer.authority(),
                    Optional.of(stated),
                    signer.isOnePerson()));
  }

  private static Optional<String> oneOf(MappingReader from, List<String> kinds) {
    List<String> given = kinds.stream().filter(from::has).toList();
    if (given.size() != 1) {
      from.error(
          (given.isEmpty() ? "one" : "only one")
              + " of the keys "
              + String.join(", ", kinds)
              + " is needed");
      return Optional.empty();
    }
    return Optional.of(given.getFirst());
  }

  private Optional<Signer> attestation(MappingReader from) {
    Optional<String> type =
        from.required("predicateType").filter(text -> notEmpty(from, "predicateType", text));
    Optional<String> builder =
        from.string("builder").filter(text -> notEmpty(from, "builder", text));
    if (!from.has("by")) {
      from.error("the key \"by\" is missing: it says who must have signed the statement");
    }
    Optional<Signer> by =
        from.mapping("by", body -> oneOf(body, PEOPLE).flatMap(kind -> person(body, kind)))
            .flatMap(signer -> signer);
    return by.flatMap(
        signer ->
            type.map(
                predicate ->
                    new Signer(
                        predicate
                            + builder.map(name -> " of builder " + name).orElse("")
                            + " by "
                            + signer.label(),
                        from.position(),
                        signer.authority(),
                        Optional.of(new Signer.Attested(predicate, builder)),
                        signer.isOnePerson())));
  }

  static boolean notEmpty(MappingReader from, String key, String text) {
    if (text.isEmpty()) {
      from.get(key).orElseThrow().error("the text is empty");
    }
    return !text.isEmpty();
  }

  private Optional<Signer> person(MappingReader from, String kind) {
    return switch (kind) {
      case "key" -> from.get("key").flatMap(this::key);
      case "keyless" -> from.mapping("keyless", this::keyless).flatMap(signer -> signer);
      default -> from.mapping("x509", this::x509).flatMap(signer -> signer);
    };
  }

  private Signer signer(String label, NodeReader at, TrustedSigner credential, boolean onePerson) {
    return new Signer(
        label,
        at.position(),
        new Lazy<>(() -> authorities.of(credential)),
        Optional.empty(),
        onePerson);
  }

  private Optional<Signer> key(NodeReader node) {
    Optional<String> text = node.string();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().startsWith("pkcs11:")) {
      node.error("a signature is checked with a public key in a file: export it from the token");
      return Optional.empty();
    }
    if (text.get().startsWith("-----BEGIN ")) {
      byte[] pem = text.get().getBytes(StandardCharsets.UTF_8);
      TrustedSigner.Material material = new TrustedSigner.Material(pem, node.position().toString());
      String label =
          "key " + Sha256.hex(pem).substring(0, 12) + " of line " + node.position().line();
      return Optional.of(signer(label, node, new TrustedSigner.Key(material), true));
    }
    return file(node)
        .map(
            material ->
                signer(
                    "key " + Quote.shorten(text.get()),
                    node,
                    new TrustedSigner.Key(material),
                    true));
  }

  private Optional<Signer> keyless(MappingReader from) {
    Optional<String> issuer =
        from.required("issuer").filter(text -> notEmpty(from, "issuer", text));
    if (from.has("subject") == from.has("subjectRegex")) {
      from.error("exactly one of the keys \"subject\" and \"subjectRegex\" is needed");
    }
    Optional<String> subject =
        from.string("subject").filter(text -> notEmpty(from, "subject", text));
    Optional<Pattern> pattern = from.get("subjectRegex").flatMap(SignerReader::pattern);
    from.required("trustedRoot");
    Optional<TrustedSigner.Material> root = from.get("trustedRoot").flatMap(this::file);
    if (issuer.isEmpty() || root.isEmpty() || (subject.isEmpty() && pattern.isEmpty())) {
      return Optional.empty();
    }
    String who = subject.orElseGet(() -> pattern.orElseThrow().pattern());
    return Optional.of(
        new Signer(
            "keyless " + Quote.shorten(who),
            from.position(),
            new Lazy<>(
                () ->
                    authorities.of(
                        new TrustedSigner.Keyless(issuer.get(), subject, pattern, root.get()))),
            Optional.empty(),
            subject.isPresent()));
  }

  private static Optional<Pattern> pattern(NodeReader node) {
    Optional<String> text = node.string();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().isEmpty() || text.get().length() > LONGEST_PATTERN) {
      node.error("the expression is empty or longer than " + LONGEST_PATTERN + " characters");
      return Optional.empty();
    }
    try {
      return Optional.of(Pattern.compile(text.get()));
    } catch (PatternSyntaxException | StackOverflowError e) {
      node.error(Quote.of(text.get()) + " is not a regular expression");
      return Optional.empty();
    }
  }

  private Optional<Signer> x509(MappingReader from) {
    if (!from.has("roots") && !from.has("signingAuthorityRoots")) {
      from.error("the key \"roots\" is missing");
    }
    Optional<TrustedSigner.Material> roots = from.get("roots").flatMap(this::file);
    Optional<TrustedSigner.Material> services =
        from.get("signingAuthorityRoots").flatMap(this::file);
    Optional<TrustedSigner.Material> clocks = from.get("timestampRoots").flatMap(this::file);
    if (!from.has("subject")) {
      from.error("the key \"subject\" is missing: it says whose certificate it must be");
    }
    Optional<SortedMap<String, String>> subject = from.stringMap("subject");
    subject
        .filter(attributes -> attributes.isEmpty())
        .ifPresent(_ -> from.get("subject").orElseThrow().error("the mapping is empty"));
    return subject.map(
        attributes ->
            new Signer(
                "x509 " + Quote.shorten(attributes.toString()),
                from.position(),
                new Lazy<>(
                    () ->
                        authorities.of(
                            new TrustedSigner.X509(
                                roots, services, clocks, attributes, from.position().toString()))),
                Optional.empty(),
                false));
  }

  private Optional<TrustedSigner.Material> file(NodeReader node) {
    Optional<String> name = node.string();
    if (name.filter(String::isEmpty).isPresent()) {
      node.error("the name of the file is empty");
      return Optional.empty();
    }
    try {
      return name.map(folder::file);
    } catch (Failure e) {
      node.error(e.what() + (e.where().isEmpty() ? "" : ": " + e.where()));
      return Optional.empty();
    }
  }
}
