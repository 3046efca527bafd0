package linuxkit.trust.sigstore;

import java.net.URI;
import java.util.HexFormat;
import linuxkit.trust.keys.VerificationKey;

/**
 * A transparency log, of signatures (Rekor) or of certificates (RFC 6962).
 *
 * @param url its address, of which the host is the name that it signs checkpoints with
 * @param id what entries name the log by
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Log(String url, byte[] id, VerificationKey key, Validity validity) {
  /** Returns the host with its port, if it has one. */
  String host() {
    try {
      String authority = URI.create(url).getAuthority();
      return authority == null ? url : authority;
    } catch (IllegalArgumentException _) {
      return url;
    }
  }

  String hexId() {
    return HexFormat.of().formatHex(id);
  }
}
