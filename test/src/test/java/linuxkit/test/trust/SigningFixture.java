package linuxkit.test.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.archive.TarWriter;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.test.Linuxkit;
import linuxkit.test.OciArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An image in a registry, and keys to sign it. */
abstract class SigningFixture {
  @TempDir Path work;
  DockerRegistry registry;
  Linuxkit linuxkit;
  String image;

  @BeforeEach
  void push() throws Exception {
    Path folder = Files.createDirectory(work.resolve("registry"));
    registry = DockerRegistry.start(folder);
    linuxkit = Linuxkit.withCache(work.resolve("store")).in(work);
    image = registry.authority() + "/team/app:1";
    new OciArchive().add(image, List.of(layer("hello"))).write(work.resolve("app.tar"));
    linuxkit.run("cache", "import", "app.tar").succeeds();
    linuxkit.run("cache", "push", image).succeeds();
    key("ours");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  static byte[] layer(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(bytes);
    tar.add(
        "hello",
        new Node.RegularFile(Metadata.of(0644, 0, 0, 0), Content.of(text.getBytes(UTF_8))),
        new TreeMap<>());
    tar.finish();
    return bytes.toByteArray();
  }

  void key(String name) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    pem(name + ".pem", "PRIVATE KEY", pair.getPrivate().getEncoded());
    pem(name + ".pub", "PUBLIC KEY", pair.getPublic().getEncoded());
  }

  void pem(String file, String label, byte[] der) throws IOException {
    Files.writeString(
        work.resolve(file),
        "-----BEGIN "
            + label
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END "
            + label
            + "-----\n");
  }
}
