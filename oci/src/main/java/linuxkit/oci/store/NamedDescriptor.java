package linuxkit.oci.store;

import java.util.Optional;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;
import linuxkit.oci.ReferenceFailure;

/**
 * An image of the store with its name.
 *
 * @param name as it is written there: for LinuxKit's and our images the whole canonical name
 * @param root an index or a manifest
 */
public record NamedDescriptor(String name, Descriptor root) {
  /** The name, where it is that of an image: other tools write what they like. */
  public Optional<Reference> reference() {
    try {
      return Optional.of(Reference.parse(name));
    } catch (ReferenceFailure e) {
      return Optional.empty();
    }
  }
}
