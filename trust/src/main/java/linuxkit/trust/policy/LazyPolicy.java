package linuxkit.trust.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.FileFailure;
import linuxkit.base.Lazy;
import linuxkit.base.Sha256;
import linuxkit.base.cache.WorkCache;

/**
 * A policy that is parsed when a decision must be made. To know that nothing has changed since the
 * decisions that are kept, its bytes and those of the files that it names suffice: which files
 * those are is kept in the store.
 */
public final class LazyPolicy {
  // The number is the version of the format.
  private static final String KIND = "trust-files-1";

  private final String name;
  private final String identity;
  private final Lazy<TrustPolicy> policy;

  private LazyPolicy(String name, String identity, Lazy<TrustPolicy> policy) {
    this.name = name;
    this.identity = identity;
    this.policy = policy;
  }

  /**
   * Reads a policy and the files that it names.
   *
   * @throws Failure if a file cannot be read, or if the policy is new and has mistakes
   */
  public static LazyPolicy read(Path file, AuthorityFactory authorities, WorkCache work) {
    String name = file.toString();
    PolicyFolder folder = PolicyFolder.of(file);
    byte[] bytes = folder.policy(file);
    String key = key(name, bytes);
    Optional<List<byte[]>> files = files(folder, work.findBytes(KIND, key));
    if (files.isPresent()) {
      String identity = TrustPolicy.identity(name, bytes, files.get());
      return new LazyPolicy(
          name, identity, new Lazy<>(() -> TrustPolicy.read(file, bytes, folder, authorities)));
    }
    PolicyFolder parsed = PolicyFolder.of(file);
    TrustPolicy policy = TrustPolicy.read(file, bytes, parsed, authorities);
    keep(work, key, parsed.names());
    return new LazyPolicy(name, policy.identity(), new Lazy<>(() -> policy));
  }

  private static String key(String name, byte[] policy) {
    MessageDigest digest = Sha256.digest();
    digest.update(name.getBytes(UTF_8));
    digest.update((byte) 0);
    digest.update(policy);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static Optional<List<byte[]>> files(PolicyFolder folder, Optional<byte[]> kept) {
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(kept.get()))) {
      int count = in.readInt();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        names.add(in.readUTF());
      }
      return Optional.of(folder.readAhead(names));
    } catch (IOException | Failure _) {
      // The parser reports which line names a file that cannot be read.
      return Optional.empty();
    }
  }

  private static void keep(WorkCache work, String key, List<String> names) {
    try {
      work.put(
          KIND,
          key,
          out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(names.size());
            for (String name : names) {
              data.writeUTF(name);
            }
          });
    } catch (FileFailure _) {
      // The policy is parsed again next time.
    }
  }

  /** Returns the name of the policy's file. */
  public String name() {
    return name;
  }

  /** Returns a SHA-256 over the policy and all files that it names, in hexadecimal digits. */
  public String identity() {
    return identity;
  }

  /**
   * Returns the policy.
   *
   * @throws Failure if it has mistakes
   */
  public TrustPolicy get() {
    return policy.get();
  }
}
