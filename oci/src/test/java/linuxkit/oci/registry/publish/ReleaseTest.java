package linuxkit.oci.registry.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import linuxkit.fixtures.DockerRegistry;
import linuxkit.oci.Digest;
import linuxkit.oci.OciTools;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.transfer.RandomImage;
import linuxkit.oci.registry.transfer.RemoteTag;
import org.junit.jupiter.api.Test;

/** Releases of what machines have published to Docker's registry. */
class ReleaseTest extends PublishingMachines {
  @Test
  void gathersWhatIsTaggedByArchitecture() throws Exception {
    Reference target = name("app:1");
    try (Machine machine = new Machine("one")) {
      assertThatThrownBy(() -> machine.publisher.gather(target, ORDER))
          .isInstanceOf(RegistryFailure.NotFound.class)
          .hasMessageContaining("the registry has no image for any architecture")
          .hasMessageContaining("app:1-amd64");
      machine.publish(name("app:0"), false, image("amd64"), image("arm64"));
      client.putManifest(name("app:1-arm64"), document(image("arm64")));
      machine.publisher.gather(target, ORDER);
      client.putManifest(name("app:1-amd64"), document(image("amd64")));
      Digest gathered = machine.publisher.gather(target, ORDER);
      assertThat(client.manifest(target).bytes())
          .isEqualTo(RandomImage.index(image("amd64"), image("arm64")));
      assertThat(client.digest(target)).contains(gathered);
    }
  }

  private static FetchedDocument document(RandomImage image) {
    return new FetchedDocument(image.manifest, image.manifestBytes);
  }

  @Test
  void releasesAnIndexAndThePlatformsThatComeLater() throws Exception {
    Reference target = name("app:hash");
    Reference release = name("app:v1");
    try (Machine machine = new Machine("one")) {
      assertThatThrownBy(() -> machine.publisher.release(target, release, true))
          .isInstanceOf(RegistryFailure.NotFound.class);
      for (String architecture : List.of("arm64", "amd64")) {
        Digest digest = machine.publish(target, true, image(architecture));
        assertThat(machine.publisher.release(target, release, true)).isEqualTo(digest);
        assertThat(client.digest(release)).contains(digest);
        assertThat(client.digest(name("app:v1-" + architecture)))
            .contains(image(architecture).manifest.digest());
      }
    }
  }

  @Test
  void doesNotMoveAReleaseToAnotherImage() throws Exception {
    Reference release = name("app:v1");
    try (Machine machine = new Machine("one")) {
      Digest first = machine.publish(name("app:a"), true, image("amd64"));
      machine.publisher.release(name("app:a"), release, true);
      machine.publish(
          name("app:b"), true, new RandomImage(Platform.linux("amd64"), 2000), image("arm64"));
      assertThat(machine.publisher.release(name("app:b"), release, true)).isEqualTo(first);
      assertThat(client.digest(release)).contains(first);
      assertThat(client.exists(name("app:v1-arm64"))).isFalse();
      assertThat(progress.lines())
          .anyMatch(line -> line.contains(release + " is already in the registry, and is not "));
    }
  }

  @Test
  void tagsInPlaceAndCopiesToOtherRepositoriesAndRegistries() throws Exception {
    Path second = Files.createDirectory(directory.resolve("second"));
    try (Machine machine = new Machine("one");
        Machine other = new Machine("two");
        DockerRegistry elsewhere = DockerRegistry.start(second)) {
      Digest digest = machine.publish(name("app:1"), false, image("amd64"), image("arm64"));
      RemoteTag tags = new RemoteTag(other.store, client, progress);
      // What the name stood for before is not merged.
      machine.publish(name("app:2"), false, image("riscv64"));
      Reference copy = Reference.parse(elsewhere.authority() + "/team/app:3");
      for (Reference to : List.of(name("app:2"), name("copy:1"), copy)) {
        assertThat(tags.tag(name("app:1"), to)).isEqualTo(digest);
        assertThat(client.digest(to)).contains(digest);
      }
      assertThat(log()).contains("POST /v2/copy/blobs/uploads/?mount=");
      assertThat(other.store.list()).isEmpty();
      int length = log().length();
      tags.tag(name("app:1"), name("app:2"));
      assertThat(log().substring(length)).doesNotContain("PUT ");
      OciTools.skopeo(
          directory,
          "copy",
          "--all",
          "--preserve-digests",
          "--src-tls-verify=false",
          "docker://" + copy,
          "oci:" + directory.resolve("copy") + ":x");
    }
  }
}
