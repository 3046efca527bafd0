package linuxkit.engine.trust;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import linuxkit.base.Lazy;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageGate;
import linuxkit.oci.Reference;
import linuxkit.oci.SignatureSource;
import linuxkit.trust.Evidence;
import linuxkit.trust.policy.Authorities;
import linuxkit.trust.policy.AuthorityFactory;
import linuxkit.trust.policy.Decision;
import linuxkit.trust.policy.LazyPolicy;

/** Admits the images that a policy allows, and those that this machine's user has built. */
public final class TrustGate implements ImageGate {
  /** Stands for a rule in decisions about images that this machine's user has built. */
  public static final String OWN = "(built here)";

  // Neither of an index and a manifest must displace what is signed about the other.
  private static final int MAX_DOCUMENTS = Evidence.MAX_COUNT / 2;

  private final LazyPolicy policy;
  private final KeptDecisions kept;
  private final Predicate<Descriptor> own;
  private final InstantSource clock;
  private final Lazy<Boolean> checked;
  private final Optional<TrustGate> outer;
  // By the image's name and digest.
  private final SortedMap<String, ImageDecision> decisions = new TreeMap<>();

  TrustGate(LazyPolicy policy, WorkCache work, Predicate<Descriptor> own, InstantSource clock) {
    this(policy, new KeptDecisions(work, policy.identity()), own, clock, Optional.empty());
  }

  private TrustGate(
      LazyPolicy policy,
      KeptDecisions kept,
      Predicate<Descriptor> own,
      InstantSource clock,
      Optional<TrustGate> outer) {
    this.policy = policy;
    this.kept = kept;
    this.own = own;
    this.outer = outer;
    this.clock = clock;
    this.checked =
        new Lazy<>(
            () -> {
              policy.get().check();
              return true;
            });
  }

  /**
   * Reads a policy.
   *
   * @param work keeps decisions
   * @param own whether a manifest is of an image that was built with this store
   * @throws linuxkit.base.Failure if the policy cannot be read, or has mistakes
   */
  public static TrustGate of(Path policy, WorkCache work, Predicate<Descriptor> own) {
    return of(policy, new Authorities(), work, own);
  }

  static TrustGate of(
      Path policy, AuthorityFactory authorities, WorkCache work, Predicate<Descriptor> own) {
    return new TrustGate(
        LazyPolicy.read(policy, authorities, work), work, own, InstantSource.system());
  }

  /** Returns a gate that admits what both this and another one admit. */
  public TrustGate within(TrustGate other) {
    return new TrustGate(policy, kept, own, clock, Optional.of(other));
  }

  @Override
  public void admit(
      Reference reference,
      Descriptor root,
      Supplier<List<Descriptor>> manifests,
      SignatureSource signatures) {
    outer.ifPresent(other -> other.admit(reference, root, manifests, signatures));
    String image = name(reference, root.digest());
    ImageDecision decision = decide(image, reference, root, manifests, signatures);
    record(image, decision);
    if (!decision.kept() && decision.decision() instanceof Decision.Refused refused) {
      throw new ImageRefusedFailure(image, refused);
    }
  }

  private static String name(Reference reference, Digest root) {
    return reference.digest().isPresent() ? reference.toString() : reference + "@" + root;
  }

  private synchronized void record(String image, ImageDecision decision) {
    decisions.put(image, decision);
  }

  @Override
  public void admitUnsigned(Reference reference, String source) {
    outer.ifPresent(other -> other.admitUnsigned(reference, source));
    if (policy.get().acceptsUnsigned(reference.locator())) {
      return;
    }
    Decision.Refused refused =
        policy.get().decide(reference.locator(), List.of(), List.of(), clock.instant())
                instanceof Decision.Refused no
            ? no
            : new Decision.Refused("", policy.name(), List.of(), List.of());
    throw new ImageRefusedFailure(
        reference.toString(),
        new Decision.Refused(
            refused.rule(),
            refused.place(),
            List.of("it comes from " + source + ", which has no signatures"),
            List.of()));
  }

  private ImageDecision decide(
      String image,
      Reference reference,
      Descriptor root,
      Supplier<List<Descriptor>> manifests,
      SignatureSource signatures) {
    Optional<Attempt> earlier = known(reference, List.of(root), signatures);
    if (earlier.isPresent()) {
      return earlier.get().of(image);
    }
    // Says that no signature counts for the image, so that the policy need not be parsed again.
    String mark = key(OWN + reference.locator(), List.of(root), signatures);
    boolean marked = kept.find(mark, clock.instant()).isPresent();
    if (marked && isOwn(manifests.get())) {
      return own(image);
    }
    Attempt first = decide(reference, List.of(root), signatures, false);
    if (first.isAllowed()) {
      return first.of(image);
    }
    List<Descriptor> parts = manifests.get();
    if (isOwn(parts)) {
      kept.keep(mark, builtHere(), List.of());
      return own(image);
    }
    Optional<Attempt> all = each(reference, root, parts, signatures, false);
    if (all.isPresent()) {
      return all.get().of(image);
    }
    if (!policy.get().wantsSignatures(reference.locator())) {
      return first.of(image);
    }
    // Somebody may have signed it since it was pulled.
    Attempt again = decide(reference, List.of(root), signatures, true);
    return again.isAllowed()
        ? again.of(image)
        : each(reference, root, parts, signatures, true).orElse(again).of(image);
  }

  private boolean isOwn(List<Descriptor> manifests) {
    return !manifests.isEmpty() && manifests.stream().allMatch(own);
  }

  private Decision.Allowed builtHere() {
    return new Decision.Allowed(
        OWN, policy.name(), "this user built it", List.of(), Optional.empty());
  }

  private ImageDecision own(String image) {
    return new ImageDecision(image, OWN, this::builtHere, List::of, false);
  }

  /** Returns the last decision if each of the manifests is allowed; empty if one is not. */
  private Optional<Attempt> each(
      Reference reference,
      Descriptor root,
      List<Descriptor> manifests,
      SignatureSource signatures,
      boolean fetch) {
    Optional<Attempt> last = Optional.empty();
    for (Descriptor manifest : manifests) {
      if (manifest.digest().equals(root.digest())) {
        return Optional.empty();
      }
      Attempt attempt = decide(reference, List.of(root, manifest), signatures, fetch);
      if (!attempt.isAllowed()) {
        return Optional.empty();
      }
      last = Optional.of(attempt);
    }
    return last;
  }

  private record Attempt(
      String key,
      boolean isAllowed,
      Supplier<Decision> decision,
      Supplier<List<String>> documents,
      boolean kept) {
    ImageDecision of(String image) {
      return new ImageDecision(image, key, decision, documents, kept);
    }
  }

  private static List<String> digests(List<Descriptor> descriptors) {
    return descriptors.stream().map(one -> one.digest().toString()).toList();
  }

  private String key(String repository, List<Descriptor> subjects, SignatureSource signatures) {
    return KeptDecisions.key(
        repository,
        digests(subjects),
        subjects.stream().map(s -> signatures.state(s.digest())).toList());
  }

  private Optional<Attempt> known(
      Reference reference, List<Descriptor> subjects, SignatureSource signatures) {
    String key = key(reference.locator(), subjects, signatures);
    return kept.find(key, clock.instant())
        .map(found -> new Attempt(key, true, found::decision, found::documents, true));
  }

  private Attempt decide(
      Reference reference, List<Descriptor> subjects, SignatureSource signatures, boolean fetch) {
    // Not a set: one payload may have several signatures, which are annotations.
    List<Descriptor> documents = new ArrayList<>();
    if (policy.get().wantsSignatures(reference.locator())) {
      for (Descriptor subject : subjects) {
        List<Descriptor> found =
            fetch ? signatures.fetched(subject.digest()) : signatures.stored(subject.digest());
        documents.addAll(found.subList(0, Math.min(found.size(), MAX_DOCUMENTS)));
      }
    }
    Optional<Attempt> known = known(reference, subjects, signatures);
    if (known.isPresent()) {
      return known.get();
    }
    if (!documents.isEmpty()) {
      checked.get();
    }
    Decision decision =
        policy
            .get()
            .decide(
                reference.locator(),
                digests(subjects),
                SignatureForms.read(signatures, List.copyOf(documents)),
                clock.instant());
    List<String> considered = digests(documents);
    String key = key(reference.locator(), subjects, signatures);
    if (decision instanceof Decision.Allowed allowed) {
      kept.keep(key, allowed, considered);
    }
    return new Attempt(
        key, decision instanceof Decision.Allowed, () -> decision, () -> considered, false);
  }

  /** Returns the decisions so far, sorted by the images' names. */
  public synchronized List<ImageDecision> decisions() {
    return List.copyOf(decisions.values());
  }

  /**
   * Returns the decisions about an image, that of an outer gate first; empty if it was not asked
   * about.
   */
  public List<Decision> about(Reference reference, Digest root) {
    List<Decision> all = new ArrayList<>();
    outer.ifPresent(other -> all.addAll(other.about(reference, root)));
    synchronized (this) {
      ImageDecision own = decisions.get(name(reference, root));
      if (own != null) {
        all.add(own.decision());
      }
    }
    return all;
  }

  /** Returns texts that identify the policy and the decisions so far. */
  public synchronized List<String> key() {
    List<String> key = new ArrayList<>();
    outer.ifPresent(other -> key.addAll(other.key()));
    key.add(policy.identity());
    decisions.forEach(
        (image, decision) -> {
          key.add(image);
          key.add(decision.key());
        });
    return key;
  }

  /** Returns the name of the policy's file. */
  public String policy() {
    return policy.name();
  }
}
