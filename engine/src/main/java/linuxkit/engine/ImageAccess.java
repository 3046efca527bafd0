package linuxkit.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import linuxkit.base.Lazy;
import linuxkit.base.Progress;
import linuxkit.engine.trust.PolicyFiles;
import linuxkit.engine.trust.SignatureSearch;
import linuxkit.engine.trust.TrustGate;
import linuxkit.http.RetryPolicy;
import linuxkit.oci.ImageGate;
import linuxkit.oci.Images;
import linuxkit.oci.Reference;
import linuxkit.oci.SignatureSource;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.transfer.KnownImages;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.registry.transfer.Pusher;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.registry.transfer.RegistrySettings;
import linuxkit.oci.signatures.SignatureCopies;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.StoreHold;
import linuxkit.packaging.ImageRecords;
import org.jspecify.annotations.Nullable;

/**
 * The image store and the registries. No connection is made before it is needed, and no other
 * process deletes from the store while this is open.
 */
public final class ImageAccess implements AutoCloseable {
  private final Settings settings;
  private final PolicyFiles policies;
  private final ImageStore store;
  private final RegistryClient client;
  private final Progress progress;
  private final StoreHold use;
  private final Lazy<Optional<TrustGate>> gate;
  private @Nullable SignatureSearch search;
  private final Lazy<KnownImages> known;

  /**
   * Opens the store, and creates it if it is missing. The policy of the settings holds, else that
   * of the working directory, else the machine's.
   */
  public ImageAccess(Settings settings, Progress progress) {
    this(
        settings,
        new PolicyFiles(PolicyFiles.CONFIGURATION),
        policies -> policies.find(settings.trust(), List.of(Path.of(""))),
        progress);
  }

  /**
   * @param policies knows that of the machine
   * @param policy finds the trust policy when the first image is asked for
   */
  ImageAccess(
      Settings settings,
      PolicyFiles policies,
      Function<PolicyFiles, Optional<Path>> policy,
      Progress progress) {
    this.progress = progress;
    this.policies = policies;
    this.gate =
        new Lazy<>(() -> policy.apply(policies).map(found -> read(found, settings.trust())));
    this.store = ImageStore.open(settings.cache(), settings.key(), progress);
    this.client = client(settings, RetryPolicy.usual(), progress);
    this.settings = settings;
    this.use = store.use();
    this.known = new Lazy<>(() -> new KnownImages(store, images(Puller.When.MISSING)));
  }

  /** Returns a client for registries; the caller closes it. */
  public static RegistryClient client(Settings settings, Progress progress) {
    return client(settings, RetryPolicy.usual(), progress);
  }

  private static RegistryClient client(Settings settings, RetryPolicy retries, Progress progress) {
    return new RegistryClient(
        new RegistrySettings(
            settings.mirrors(),
            Logins.of(
                settings.environment(),
                progress,
                () -> UserConfiguration.of(settings).tokenServices()),
            settings.certificates(),
            settings.environment(),
            retries));
  }

  /** Returns the store, which is open as long as this is. */
  public ImageStore store() {
    return store;
  }

  // Nothing of trust is loaded without a policy.
  private TrustGate read(Path policy, Optional<Path> given) {
    TrustGate gate = read(policy);
    return given.isPresent()
        ? gate
        : policies.ofMachine(policy).map(machine -> gate.within(read(machine))).orElse(gate);
  }

  private TrustGate read(Path policy) {
    progress.detail("The trust policy " + policy + " holds.");
    return TrustGate.of(
        policy, store.work(), manifest -> ImageRecords.hasBuilt(store.work(), manifest));
  }

  /** Returns what applies the trust policy; empty if there is no policy. */
  public Optional<TrustGate> trust() {
    return gate.get();
  }

  /** Returns what is asked before an image is used. */
  ImageGate gate() {
    return trust().<ImageGate>map(found -> found).orElse(ImageGate.OPEN);
  }

  /** Returns the images of the store and of the registries that the trust policy allows. */
  public Puller images(Puller.When when) {
    return trust().isEmpty()
        ? new Puller(store, client, when, progress)
        : new Puller(store, client, when, gate(), this::signatures, progress);
  }

  /** Returns the images that {@link #images} finds if they are missing in the store. */
  public Images known() {
    return known.get();
  }

  /** Returns the client for registries, which is open as long as this is. */
  public RegistryClient registries() {
    return client;
  }

  /** Returns a pusher of the store's images to registries. */
  public Pusher pusher() {
    return new Pusher(store, client, progress);
  }

  private synchronized SignatureSource signatures(Reference image) {
    if (search == null) {
      search =
          new SignatureSearch(store, client(settings, RetryPolicy.brief(), progress), progress);
    }
    return search.of(image);
  }

  /** Returns what copies signatures between the store and registries. */
  public SignatureCopies signatures() {
    return new SignatureCopies(store, client, progress);
  }

  @Override
  public synchronized void close() {
    client.close();
    if (search != null) {
      search.close();
    }
    if (known.isMade()) {
      known.get().keep();
    }
    use.close();
  }
}
