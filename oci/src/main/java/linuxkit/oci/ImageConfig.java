package linuxkit.oci;

import java.util.List;
import java.util.SortedMap;

/**
 * What an image says of itself (OCI image specification, config.md): only what a system is built
 * from.
 *
 * @param workingDir empty when not given
 * @param diffIds the digests of the uncompressed layers, lowest first
 */
public record ImageConfig(
    String os,
    String architecture,
    List<String> entrypoint,
    List<String> cmd,
    List<String> env,
    String workingDir,
    SortedMap<String, String> labels,
    List<Digest> diffIds) {}
