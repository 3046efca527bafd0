package linuxkit.oci.registry.calls;

import linuxkit.oci.Descriptor;

/**
 * An index or manifest as it came.
 *
 * @param descriptor whose digest and size are those of the bytes
 * @param bytes the document itself; not copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record FetchedDocument(Descriptor descriptor, byte[] bytes) {}
