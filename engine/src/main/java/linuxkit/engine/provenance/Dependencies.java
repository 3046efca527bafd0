package linuxkit.engine.provenance;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import linuxkit.engine.inputs.BuildInputs;
import linuxkit.engine.inputs.UsedImage;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.trust.policy.Decision;
import linuxkit.trust.policy.Outcome;

/** Writes what a build has used as dependencies. */
final class Dependencies {
  private Dependencies() {}

  /** Returns images, each followed by the packages of a component, then files. */
  static List<Dependency> of(BuildInputs inputs, Platform platform) {
    SequencedMap<String, Dependency> all = new LinkedHashMap<>();
    for (UsedImage image : inputs.images()) {
      all.putIfAbsent(image.reference().toString(), image(image, platform));
      for (UsedImage.UsedPackage each : image.packages()) {
        all.putIfAbsent(image.reference() + " " + each.name(), installed(image, each));
      }
    }
    List<Dependency> list = new ArrayList<>(all.values());
    inputs
        .files()
        .forEach(
            (path, sha256) ->
                list.add(
                    new Dependency(path, "", Map.of("sha256", sha256), "", new LinkedHashMap<>())));
    return list;
  }

  private static Dependency image(UsedImage image, Platform platform) {
    SequencedMap<String, String> annotations = new LinkedHashMap<>();
    annotations.put(Dependency.PLATFORM, platform.toString());
    image.manifest().map(Digest::toString).ifPresent(m -> annotations.put(Dependency.MANIFEST, m));
    image
        .described()
        .map(Descriptor::size)
        .ifPresent(size -> annotations.put(Dependency.SIZE, Long.toString(size)));
    addTrust(image.decisions(), annotations);
    return new Dependency(
        image.reference().toString(),
        url(image.reference(), image.root()),
        Map.of(image.root().algorithm(), image.root().hex()),
        image.described().map(Descriptor::mediaType).orElse(""),
        annotations);
  }

  // Not the places of the rules, which are files of this machine. Sorted, because signatures are
  // tried in the order in which a registry lists them.
  private static void addTrust(List<Decision> decisions, SequencedMap<String, String> annotations) {
    if (!decisions.isEmpty()) {
      annotations.put(Dependency.RULE, joined(decisions.stream().map(Decision::rule)));
      Stream<String> signers =
          decisions.stream()
              .flatMap(decision -> decision.outcomes().stream())
              .flatMap(outcome -> outcome.accepted().stream())
              .map(Outcome.Accepted::signer);
      String names = joined(signers);
      annotations.put(Dependency.SIGNERS, names.isEmpty() ? "unsigned" : names);
    }
  }

  private static String joined(Stream<String> texts) {
    return texts.distinct().sorted().collect(Collectors.joining(", "));
  }

  // The type "oci" of package URLs: the last part of the repository is the name.
  private static String url(Reference reference, Digest root) {
    String repository = reference.repository();
    return Dependency.IMAGE
        + encoded(repository.substring(repository.lastIndexOf('/') + 1))
        + "@"
        + encoded(root.toString())
        + "?repository_url="
        + encoded(reference.locator()).replace("%2F", "/")
        + (reference.tag().isEmpty() ? "" : "&tag=" + encoded(reference.tag()));
  }

  private static Dependency installed(UsedImage image, UsedImage.UsedPackage each) {
    SequencedMap<String, String> annotations = new LinkedHashMap<>();
    annotations.put(Dependency.COMPONENT, image.reference().toString());
    String vendor = each.type().equals("deb") ? "debian" : "alpine";
    return new Dependency(
        each.name(),
        "pkg:%s/%s/%s@%s"
                .formatted(each.type(), vendor, encoded(each.name()), encoded(each.version()))
            + (each.architecture().isEmpty() ? "" : "?arch=" + encoded(each.architecture())),
        each.sha256().isEmpty() ? Map.of() : Map.of("sha256", each.sha256()),
        "",
        annotations);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
