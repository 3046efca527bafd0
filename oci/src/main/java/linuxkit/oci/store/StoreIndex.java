package linuxkit.oci.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import linuxkit.base.FileStamp;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.oci.Descriptor;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.ReferenceFailure;
import org.jspecify.annotations.Nullable;

/** The names of the images in a store. */
final class StoreIndex {
  /** The annotation that contains an image's name (OCI image specification, annotations.md). */
  static final String REF_NAME = "org.opencontainers.image.ref.name";

  private final LayoutFile file;

  // A cache of the last content, because a build looks up each of its images several times.
  private final Object known = new Object();
  private byte @Nullable [] bytes;
  private Optional<FileStamp> stamp = Optional.empty();
  private Names names = Names.of(List.of());

  StoreIndex(LayoutFile file) {
    this.file = file;
  }

  long deleteTemporaryFiles() {
    return file.deleteTemporaryFiles();
  }

  /**
   * The content of the file.
   *
   * @param byName the holder of each name: a manifest is preferred to an index
   */
  private record Names(
      List<Descriptor> roots, List<NamedDescriptor> named, Map<String, Descriptor> byName) {
    static Names of(List<Descriptor> roots) {
      List<NamedDescriptor> named = new ArrayList<>();
      Map<String, Descriptor> byName = new HashMap<>();
      for (Descriptor root : roots) {
        String name = root.annotations().get(REF_NAME);
        if (name != null) {
          named.add(new NamedDescriptor(name, root));
          Descriptor first = byName.putIfAbsent(name, root);
          if (first != null
              && MediaTypes.isManifest(root.mediaType())
              && !MediaTypes.isManifest(first.mediaType())) {
            byName.put(name, root);
          }
        }
      }
      return new Names(roots, List.copyOf(named), byName);
    }

    Optional<Descriptor> find(Reference reference) {
      if (reference.digest().isPresent()) {
        return roots.stream()
            .filter(root -> root.digest().equals(reference.digest().get()))
            .findFirst();
      }
      Optional<Descriptor> found = Optional.ofNullable(byName.get(reference.toString()));
      return found.isPresent() || !reference.tag().isEmpty()
          ? found
          : Optional.ofNullable(byName.get(reference + ":latest"));
    }
  }

  private Names names() {
    synchronized (known) {
      Optional<FileStamp> before = file.settledStamp();
      if (before.isPresent() && before.equals(stamp)) {
        return names;
      }
    }
    Optional<FileStamp> before = file.settledStamp();
    byte[] now = file.bytes();
    synchronized (known) {
      if (!Arrays.equals(now, bytes)) {
        names = Names.of(ImageIndex.parse(now, MediaTypes.OCI_INDEX, file.where()).manifests());
        bytes = now;
      }
      stamp = before;
      return names;
    }
  }

  List<Descriptor> roots() {
    return names().roots();
  }

  List<NamedDescriptor> list() {
    return names().named();
  }

  Optional<Descriptor> find(Reference reference) {
    return names().find(reference);
  }

  /** Returns what names mean now. */
  Function<Reference, Optional<Descriptor>> now() {
    return names()::find;
  }

  /** Returns a stamp that differs after any change; empty if there is no such stamp. */
  Optional<FileStamp> stamp() {
    return file.settledStamp();
  }

  void name(Reference reference, Descriptor root) {
    file.update(entries -> named(entries, reference, root));
  }

  Descriptor rename(Reference reference, Function<Optional<Descriptor>, Descriptor> change) {
    Descriptor[] root = new Descriptor[1];
    file.update(
        entries -> {
          root[0] = change.apply(find(reference));
          return named(entries, reference, root[0]);
        });
    return root[0];
  }

  private static List<Json> named(List<Json> entries, Reference reference, Descriptor root) {
    if (reference.digest().filter(digest -> !digest.equals(root.digest())).isPresent()) {
      throw ReferenceFailure.otherDigest(reference, root.digest(), "");
    }
    String name = reference.toString();
    TreeMap<String, String> annotations = new TreeMap<>(root.annotations());
    annotations.put(REF_NAME, name);
    entries.removeIf(e -> isNamed(e, name));
    entries.add(
        json(
            new Descriptor(
                root.mediaType(), root.digest(), root.size(), root.platform(), annotations)));
    return entries;
  }

  List<Descriptor> unname(Reference reference) {
    String name = reference.toString();
    List<Descriptor> named =
        list().stream().filter(n -> n.name().equals(name)).map(NamedDescriptor::root).toList();
    if (!named.isEmpty()) {
      file.update(
          entries -> {
            entries.removeIf(e -> isNamed(e, name));
            return entries;
          });
    }
    return named;
  }

  private static boolean isNamed(Json entry, String name) {
    return entry instanceof JsonObject object
        && object.get("annotations").orElse(null) instanceof JsonObject annotations
        && annotations.get(REF_NAME).orElse(null) instanceof JsonString text
        && text.value().equals(name);
  }

  private static Json json(Descriptor root) {
    JsonObject.Builder entry =
        JsonObject.builder()
            .put("mediaType", root.mediaType())
            .put("size", root.size())
            .put("digest", root.digest().toString())
            .put("annotations", (Map<String, String>) root.annotations());
    root.platform()
        .ifPresent(
            platform -> {
              JsonObject.Builder members =
                  JsonObject.builder()
                      .put("architecture", platform.architecture())
                      .put("os", platform.os());
              if (!platform.variant().isEmpty()) {
                members.put("variant", platform.variant());
              }
              entry.put("platform", members.build());
            });
    return entry.build();
  }
}
