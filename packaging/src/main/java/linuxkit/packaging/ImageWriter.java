package linuxkit.packaging;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.archive.TarWriter;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.packed.FramedZstd;
import linuxkit.oci.store.BlobWriter;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.debian.TemporaryStorage;
import linuxkit.packaging.definition.BuildFile;

/** Writes a tree into the store as an image of one layer, always with the same bytes. */
final class ImageWriter {
  // Layers are written once and read often; a higher level takes longer and saves little.
  private static final int LEVEL = 9;

  private final ImageStore store;
  private final TemporaryStorage storage;

  ImageWriter(ImageStore store, TemporaryStorage storage) {
    this.store = store;
    this.storage = storage;
  }

  /** Writes the image and returns its manifest's descriptor, with the platform. */
  Descriptor write(
      FileTree tree,
      Platform platform,
      BuildFile.Defaults defaults,
      SortedMap<String, String> labels) {
    MessageDigest plain = Digest.newSha256();
    try {
      Content packed =
          storage.add(
              out -> {
                OutputStream zstd = new FramedZstd(out, LEVEL);
                try (OutputStream tar =
                    new BufferedOutputStream(new DigestOutputStream(zstd, plain), 1 << 16)) {
                  TarWriter writer = new TarWriter(tar);
                  writer.addTree(tree, TarWriter.NO_RECORDS);
                  writer.finish();
                }
              });
      Descriptor layer = store(packed);
      Digest diffId = new Digest("sha256", HexFormat.of().formatHex(plain.digest()));
      Descriptor config =
          store.add(
              MediaTypes.OCI_CONFIG, ImageDocuments.config(platform, defaults, labels, diffId));
      Descriptor manifest =
          store.add(MediaTypes.OCI_MANIFEST, ImageDocuments.manifest(config, layer));
      return new Descriptor(
          manifest.mediaType(),
          manifest.digest(),
          manifest.size(),
          Optional.of(platform),
          manifest.annotations());
    } catch (IOException e) {
      throw FileFailure.of("cannot write the layer of the image", store.root(), e);
    }
  }

  private Descriptor store(Content packed) throws IOException {
    Digest digest = new Digest("sha256", packed.sha256());
    Descriptor layer =
        new Descriptor(
            MediaTypes.OCI_LAYER_ZSTD,
            digest,
            packed.size(),
            Optional.empty(),
            Collections.unmodifiableSortedMap(new TreeMap<>()));
    if (!store.isWhole(layer)) {
      try (BlobWriter blob = store.write(digest, packed.size(), "")) {
        packed.writeTo(blob);
        blob.commit();
      }
    }
    return layer;
  }
}
