package linuxkit.oci.registry;

import linuxkit.oci.Descriptor;

/**
 * An index or manifest as received.
 *
 * @param descriptor the digest and size of the bytes, and the media type
 * @param bytes the document; not copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record FetchedDocument(Descriptor descriptor, byte[] bytes) {}
