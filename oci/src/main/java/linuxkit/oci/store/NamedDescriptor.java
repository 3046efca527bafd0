package linuxkit.oci.store;

import java.util.Optional;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;
import linuxkit.oci.ReferenceFailure;

/**
 * An image of the store and its name.
 *
 * @param name the name as stored: LinuxKit and this program write full canonical names
 * @param root an index or a manifest
 */
public record NamedDescriptor(String name, Descriptor root) {
  /**
   * Returns the name as a reference; empty if it is not one, because other tools write arbitrary
   * names.
   */
  public Optional<Reference> reference() {
    try {
      return Optional.of(Reference.parse(name));
    } catch (ReferenceFailure e) {
      return Optional.empty();
    }
  }
}
