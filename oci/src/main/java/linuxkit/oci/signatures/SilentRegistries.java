package linuxkit.oci.signatures;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;

/**
 * The registries and repositories that could not be asked for signatures. None of them is asked
 * again, and each is reported once, however many images it has.
 */
public final class SilentRegistries {
  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final Progress progress;

  /**
   * @param progress shows each of them once
   */
  public SilentRegistries(Progress progress) {
    this.progress = progress;
  }

  boolean contains(String host, Reference image) {
    return names.contains(host) || names.contains(image.locator());
  }

  void add(String host, Reference image, Failure failure) {
    // Others are about the repository: it does not exist, or needs a login.
    boolean whole =
        failure instanceof RegistryFailure.Unreachable
            || failure instanceof RegistryFailure.Untrusted
            || failure instanceof RegistryFailure.TooManyRequests;
    String name = whole ? host : image.locator();
    if (names.add(name)) {
      progress.warn(
          "cannot look for signatures in "
              + name
              + ", so that only those in the store count: "
              + failure.what()
              + (failure.hint().isEmpty() ? "" : " (" + failure.hint() + ")"));
    }
  }
}
