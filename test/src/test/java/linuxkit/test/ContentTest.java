package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.initrd.InitrdBuilder;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.boot.loader.JoinedContent;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.TarWriter;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.archive.ImageArchive;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.StoreImages;
import linuxkit.system.assembly.FoundImages;
import linuxkit.system.assembly.SystemAssembler;
import linuxkit.system.assembly.SystemTree;
import linuxkit.system.manifest.ManifestLoader;
import linuxkit.system.manifest.ManifestSource;
import linuxkit.system.manifest.PackageResolver;
import linuxkit.system.sbom.SbomFormat;
import linuxkit.system.sbom.SbomOptions;
import linuxkit.system.tree.AssemblyOptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks every kind of content against the contract that all share. */
class ContentTest {
  private static final Reference IMAGE = Reference.parse("example.org/x:1");
  private static final Metadata METADATA = Metadata.of(0644, 0, 0, 0);

  /** A content that lies in files, which something else may change. */
  abstract static class InFiles extends ContentContract {
    @TempDir Path folder;

    @Test
    void neverReadsDamagedContentToItsEnd() throws IOException {
      Content content = content();
      assertThat(damaged()).isPositive();
      assertThatThrownBy(() -> read(content)).matches(ContentContract::isToldOf);
      assertThatThrownBy(() -> content.writeTo(OutputStream.nullOutputStream()))
          .matches(ContentContract::isToldOf);
    }

    /** Turns a bit in the middle of every file; how many there are. */
    private int damaged() throws IOException {
      try (Stream<Path> files = Files.walk(folder)) {
        List<Path> all = files.filter(Files::isRegularFile).toList();
        int count = 0;
        for (Path file : all) {
          if (Files.size(file) >= BYTES.length / 2) {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
              long middle = bytes.length() / 2;
              bytes.seek(middle);
              int old = bytes.read();
              bytes.seek(middle);
              bytes.write(old ^ 1);
            }
            count++;
          }
        }
        return count;
      }
    }
  }

  private static byte[] layer() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(bytes);
    Node file = new Node.RegularFile(METADATA, Content.of(ContentContract.BYTES));
    tar.add("x", file, new TreeMap<>());
    tar.finish();
    return bytes.toByteArray();
  }

  @Nested
  class InMemory extends ContentContract {
    @Override
    Content content() {
      return Content.of(BYTES);
    }
  }

  @Nested
  class Slice extends ContentContract {
    @Override
    Content content() {
      byte[] whole = Arrays.copyOf(BYTES, BYTES.length + 7);
      System.arraycopy(BYTES, 0, whole, 5, BYTES.length);
      return Content.of(whole).slice(5, BYTES.length, Content.of(BYTES).sha256());
    }
  }

  @Nested
  class Joined extends ContentContract {
    @Override
    Content content() {
      return new JoinedContent(
          List.of(
              Content.of(Arrays.copyOf(BYTES, 1000)),
              Content.of(new byte[0]),
              Content.of(Arrays.copyOfRange(BYTES, 1000, BYTES.length))));
    }
  }

  @Nested
  class OfThisMachine extends InFiles {
    @Override
    Content content() throws IOException {
      Path file = Files.write(folder.resolve("source"), BYTES);
      String manifest = "files: [{path: x, source: '" + file + "'}]";
      return file(assemble(folder, manifest, Optional.empty()), "x");
    }
  }

  private static FileTree assemble(Path folder, String manifest, Optional<SbomOptions> sbom) {
    ManifestSource source =
        new ManifestSource("m.yml", manifest.getBytes(StandardCharsets.UTF_8), Optional.empty());
    PackageResolver none =
        _ -> {
          throw new AssertionError();
        };
    return SystemAssembler.assemble(
            FoundImages.find(
                ManifestLoader.load(List.of(source), none, Progress.silent()),
                new StoreImages(ImageStore.open(folder.resolve("store"), Progress.silent())),
                Platform.linux("amd64")),
            new AssemblyOptions(0, false, folder, folder, new WorkCache(folder), sbom),
            Progress.silent())
        .files();
  }

  private static Content file(FileTree tree, String path) {
    if (tree.find(path).orElseThrow().node() instanceof Node.RegularFile file) {
      return file.content();
    }
    throw new AssertionError(path);
  }

  @Nested
  class BillOfMaterials extends ContentContract {
    @TempDir Path folder;

    @Override
    Content content() {
      SbomOptions sbom =
          new SbomOptions(Map.of(SbomFormat.SPDX, "sbom"), 0, Optional.of(new WorkCache(folder)));
      return file(assemble(folder, "{}", Optional.of(sbom)), "sbom");
    }

    @Override
    byte[] bytes() throws IOException {
      return read(content());
    }
  }

  @Nested
  class BlobOfAStore extends InFiles {
    @Override
    Content content() {
      ImageStore store = ImageStore.open(folder, Progress.silent());
      return store.content(store.add("application/octet-stream", BYTES), IMAGE);
    }
  }

  @Nested
  class FileOfALayer extends InFiles {
    @Override
    Content content() throws IOException {
      Path archive = folder.resolve("archive");
      new OciArchive().add(IMAGE.toString(), List.of(layer())).write(archive);
      ImageStore store = ImageStore.open(folder.resolve("store"), Progress.silent());
      try (InputStream in = Files.newInputStream(archive)) {
        ImageArchive.load(store, in, "archive", Optional.empty());
      }
      Platform platform = Platform.linux("amd64");
      return file(new StoreImages(store).find(IMAGE, platform).tree(), "x");
    }
  }

  @Nested
  class LayerUnpacked extends InFiles {
    @Override
    Content content() throws IOException {
      ImageStore store = ImageStore.open(folder, Progress.silent());
      Descriptor blob = store.add("application/vnd.oci.image.layer.v1.tar", layer());
      return store.unpacked(IMAGE, blob, Digest.sha256(layer()));
    }

    @Override
    byte[] bytes() throws IOException {
      return layer();
    }
  }

  @Nested
  class OfAnInitrd extends ContentContract {
    @TempDir Path folder;

    @Override
    Content content() {
      FileTree tree = new FileTree(METADATA);
      tree.put("x", new Node.RegularFile(METADATA, Content.of(BYTES)), Origin.NONE);
      SystemTree system = new SystemTree(tree, Optional.empty(), Optional.empty(), "");
      return new InitrdBuilder(new WorkCache(folder), InitrdCompression.ZSTD, Progress.silent())
          .build(system);
    }

    @Override
    byte[] bytes() throws IOException {
      return read(content());
    }
  }
}
