package linuxkit.trust.notary;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;

/**
 * The names whose certificates are accepted, of all that a trusted root has issued: any name, or
 * those that have all attributes of one of some names ("Trusted Identities Constraints" in the
 * specification). Values are compared exactly.
 */
public final class TrustedSubjects {
  private static final Set<String> SUPPORTED =
      Set.of("C", "ST", "O", "OU", "CN", "L", "STREET", "DC", "UID");
  private static final List<String> COMPULSORY = List.of("C", "ST", "O");
  private static final String PREFIX = "x509.subject:";

  private final List<DistinguishedName> names;

  private TrustedSubjects(List<DistinguishedName> names) {
    this.names = List.copyOf(names);
  }

  /** Accepts every certificate that a trusted root has issued. */
  public static TrustedSubjects any() {
    return new TrustedSubjects(List.of());
  }

  /**
   * Accepts one name.
   *
   * @param attributes {@code C}, {@code ST} and {@code O}, and others
   * @param where the place in the policy, for the failure
   * @throws TrustFailure if one of the three is missing, or an attribute is not supported
   */
  public static TrustedSubjects of(Map<String, String> attributes, String where) {
    SortedMap<String, String> types = new TreeMap<>();
    attributes.forEach(
        (type, value) -> {
          if (types.put(DistinguishedName.type(type), value) != null) {
            throw failure("the attribute " + type + " occurs twice", where);
          }
        });
    return new TrustedSubjects(List.of(checked(new DistinguishedName(types), where)));
  }

  /**
   * Accepts several names, written as {@code x509.subject: C=GB, ST=London, O=Acme}, with or
   * without the prefix.
   *
   * @throws TrustFailure if two of them may be those of one certificate, too
   */
  public static TrustedSubjects parse(List<String> texts, String where) {
    if (texts.isEmpty()) {
      throw failure("there are no subjects", where);
    }
    List<DistinguishedName> names = new ArrayList<>();
    for (String text : texts) {
      DistinguishedName name = checked(parse(text, where), where);
      for (DistinguishedName other : names) {
        if (overlap(name, other)) {
          throw failure("the subjects \"" + other + "\" and \"" + name + "\" overlap", where);
        }
      }
      names.add(name);
    }
    return new TrustedSubjects(names);
  }

  private static DistinguishedName parse(String text, String where) {
    try {
      return DistinguishedName.parse(
          text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text);
    } catch (TrustFailure malformed) {
      throw failure(malformed.what(), where);
    }
  }

  private static DistinguishedName checked(DistinguishedName name, String where) {
    for (String type : COMPULSORY) {
      if (!name.attributes().containsKey(type)) {
        throw failure("the subject \"" + name + "\" has no " + type, where);
      }
    }
    for (Map.Entry<String, String> attribute : name.attributes().entrySet()) {
      if (!SUPPORTED.contains(attribute.getKey())) {
        throw failure("subjects cannot have the attribute " + attribute.getKey(), where);
      }
      if (attribute.getValue().isEmpty()) {
        throw failure("the attribute " + attribute.getKey() + " is empty", where);
      }
    }
    return name;
  }

  /** Returns whether a certificate can have both names: no attribute tells them apart. */
  private static boolean overlap(DistinguishedName one, DistinguishedName other) {
    return one.attributes().entrySet().stream()
        .allMatch(
            attribute ->
                attribute
                    .getValue()
                    .equals(
                        other.attributes().getOrDefault(attribute.getKey(), attribute.getValue())));
  }

  /** Checks the subject of a signer's certificate and returns it. */
  DistinguishedName check(X509Certificate leaf) {
    DistinguishedName subject = DistinguishedName.of(leaf);
    if (!names.isEmpty()
        && names.stream()
            .noneMatch(
                name ->
                    subject.attributes().entrySet().containsAll(name.attributes().entrySet()))) {
      throw Refusal.of("the signer " + Refusal.quote(subject.toString()) + " is not trusted");
    }
    return subject;
  }

  /** Returns what identifies the names. */
  String identity() {
    return names.stream()
        .map(name -> name.attributes().toString())
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static TrustFailure failure(String what, String where) {
    return new TrustFailure(
        Printable.line(what),
        Printable.line(where),
        "write C, ST, O and what else the certificate's subject has, each once");
  }
}
