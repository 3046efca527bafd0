package linuxkit.packaging.debian;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.Sha256;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** An archive of a few packages, signed, and served on the loopback interface. */
public final class TestArchive implements AutoCloseable {
  public static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final TestKey KEY = TestKey.generate();
  private static final TestKey STRANGER = TestKey.generate();
  private final Path root;
  private final HttpServer server;
  private final List<String> requests = new ArrayList<>();
  private final SortedMap<String, StringBuilder> packages = new TreeMap<>();
  private String component = "main";
  private int hash = HashAlgorithmTags.SHA256;
  private String suite = "trixie";
  private String codename = "trixie";
  private String origin = "Debian";
  private String date = "Mon, 1 Jun 2026 11:00:00 UTC";

  public TestArchive(Path root) throws IOException {
    this.root = root;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath().substring(1);
          requests.add(path);
          Path file = root.resolve("www").resolve(path);
          boolean there = Files.isRegularFile(file);
          byte[] body = there ? Files.readAllBytes(file) : new byte[0];
          exchange.sendResponseHeaders(there ? 200 : 404, body.length == 0 ? -1 : body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
    component(component);
    Files.createDirectories(root.resolve("www/pool"));
  }

  /** The paths that were asked for. */
  public List<String> requests() {
    return requests;
  }

  public Path www(String path) {
    return root.resolve("www").resolve(path);
  }

  public DebianOptions options() throws IOException {
    return options(NOW);
  }

  public DebianOptions options(Instant now) throws IOException {
    Path keyring = root.resolve("key.gpg");
    KEY.write(keyring);
    return new DebianOptions(
        root.resolve("cache"),
        root.resolve("no-apt"),
        List.of(uri()),
        List.of(keyring),
        InstantSource.fixed(now),
        Map.of(),
        List.of(),
        // It has only the main suite.
        EnumSet.allOf(DebianOptions.Pocket.class));
  }

  /**
   * Makes a package of a folder's files with dpkg-deb.
   *
   * @param fields more of the control file, each line ended
   */
  public Path add(String name, String version, String fields, Path content) throws Exception {
    Path control = Files.createDirectories(content.resolve("DEBIAN")).resolve("control");
    Files.writeString(
        control,
        "Package: %s\nVersion: %s\nArchitecture: amd64\nMaintainer: A <a@example.com>\n%sDescription: test\n"
            .formatted(name, version, fields));
    Path deb = www("pool/" + name + "_" + version.replace(":", "%3a") + "_amd64.deb");
    run(
        content,
        "dpkg-deb",
        "--root-owner-group",
        "-Zxz",
        "-b",
        content.toString(),
        deb.toString());
    index(name, version, fields, deb);
    return deb;
  }

  /** A package of a single file that is named after it. */
  public Path add(String name, String version, String fields) throws Exception {
    Path content = Files.createTempDirectory(root, "content");
    Path file = Files.createDirectories(content.resolve("usr/share/" + name)).resolve("file");
    Files.writeString(file, name + " " + version + "\n");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-02-02T02:02:02Z")));
    return add(name, version, fields, content);
  }

  /** Makes a package of tar archives that dpkg-deb would not make. */
  public Path addRaw(String name, byte[] control, byte[] data) throws Exception {
    Path work = Files.createTempDirectory(root, "raw");
    Files.writeString(work.resolve("debian-binary"), "2.0\n");
    Files.write(work.resolve("control.tar"), control);
    Files.write(work.resolve("data.tar"), data);
    Path deb = www("pool/" + name + "_1_amd64.deb");
    run(work, "ar", "rc", deb.toString(), "debian-binary", "control.tar", "data.tar");
    index(name, "1", "", deb);
    return deb;
  }

  private void index(String name, String version, String fields, Path deb) throws IOException {
    byte[] bytes = Files.readAllBytes(deb);
    packages()
        .append(
            "Package: %s\nVersion: %s\nArchitecture: amd64\n%sFilename: pool/%s\nSize: %d\nSHA256: %s\n\n"
                .formatted(
                    name, version, fields, deb.getFileName(), bytes.length, Sha256.hex(bytes)));
  }

  /** The text of the index in the making. */
  public StringBuilder packages() {
    return Objects.requireNonNull(packages.get(component));
  }

  /** What is added from now on is in this component of the archive. */
  public void component(String name) throws IOException {
    component = name;
    packages.putIfAbsent(name, new StringBuilder());
    Files.createDirectories(www("dists/" + suite + "/" + name + "/binary-amd64/by-hash/SHA256"));
  }

  public void signWithSha1() {
    hash = HashAlgorithmTags.SHA1;
  }

  /** What is published from now on is in this suite, and begins without packages. */
  public void suite(String name) throws IOException {
    suite = name;
    codename = name;
    forget();
    component(component);
  }

  public void origin(String name) {
    origin = name;
  }

  public URI uri() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  /**
   * Makes the root of a machine that has the archive's key as Debian's, and the stranger's in a
   * file of its own.
   *
   * @param sources of apt, in which {@code URI} stands for the archive's, {@code DEBIAN} and {@code
   *     VENDOR} for the files of keys
   */
  public DebianOptions machine(String sources) throws IOException {
    Path machine = Files.createDirectories(root.resolve("machine"));
    Path keyrings = Files.createDirectories(machine.resolve("usr/share/keyrings"));
    KEY.write(keyrings.resolve("debian-archive-keyring.gpg"));
    STRANGER.write(keyrings.resolve("vendor.gpg"));
    Files.writeString(
        Files.createDirectories(machine.resolve("etc/apt")).resolve("sources.list"),
        sources
            .replace("URI", uri().toString())
            .replace("DEBIAN", "/usr/share/keyrings/debian-archive-keyring.gpg")
            .replace("VENDOR", "/usr/share/keyrings/vendor.gpg"));
    return new DebianOptions(
        root.resolve("cache"), machine, List.of(), List.of(), InstantSource.fixed(NOW));
  }

  public void pretendToBe(String other) {
    codename = other;
  }

  /** What a Release says when it was made, as in RFC 1123. */
  public void date(String text) {
    date = text;
  }

  /** Without any packages that were added before. */
  public void forget() {
    packages.values().forEach(index -> index.setLength(0));
  }

  public void publish() throws Exception {
    publish(KEY);
  }

  public void publishSignedByAStranger() throws Exception {
    publish(STRANGER);
  }

  private void publish(TestKey key) throws Exception {
    StringBuilder indexes = new StringBuilder();
    for (var entry : packages.entrySet()) {
      byte[] text = entry.getValue().toString().getBytes(StandardCharsets.UTF_8);
      byte[] index = xz(text);
      String sha256 = Sha256.hex(index);
      String folder = entry.getKey() + "/binary-amd64/";
      Files.write(www("dists/" + suite + "/" + folder + "by-hash/SHA256/" + sha256), index);
      indexes.append("\n %s %d %sPackages.xz".formatted(sha256, index.length, folder));
      // apt wants to know what comes out; the file itself is in no archive.
      indexes.append("\n %s %d %sPackages".formatted(Sha256.hex(text), text.length, folder));
    }
    String release =
        """
        Origin: %s
        Suite: testing-suite
        Codename: %s
        Date: %s
        Architectures: amd64
        Components: %s
        Acquire-By-Hash: yes
        Valid-Until: Mon, 8 Jun 2026 12:00:00 UTC
        SHA256:%s"""
            .formatted(origin, codename, date, String.join(" ", packages.keySet()), indexes);
    Files.writeString(www("dists/" + suite + "/InRelease"), key.sign(release, hash));
  }

  private static byte[] xz(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (XZOutputStream xz = new XZOutputStream(out, new LZMA2Options())) {
      xz.write(bytes);
    }
    return out.toByteArray();
  }

  /** Runs a program to its end; what it says. */
  public static String run(Path in, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
    return output;
  }

  /** From now on nobody answers. */
  public void cutOff() {
    server.stop(0);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
