package linuxkit.system.assembly;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.oci.Image;
import linuxkit.system.SystemFailure;
import linuxkit.system.kernel.KernelConfig;
import linuxkit.system.kernel.KernelDecompressor;
import linuxkit.system.kernel.KernelModules;
import linuxkit.system.kernel.KernelTar;
import linuxkit.system.manifest.Kernel;
import linuxkit.system.tree.AssemblyOptions;
import linuxkit.system.tree.TreeBuilder;

/** Takes the kernel, its modules and the microcode out of the kernel's image. */
final class KernelStep {
  private final Kernel kernel;
  private final Image image;
  private final FileTree files;
  private final TreeBuilder builder;
  private final String source;

  KernelStep(Kernel kernel, SystemImages images, TreeBuilder builder, Progress progress) {
    progress.info("Extract kernel image: " + kernel.image().text());
    this.kernel = kernel;
    this.image = images.image(kernel.image().reference());
    this.files = images.tree(kernel.image().reference());
    this.builder = builder;
    this.source = kernel.image().reference().toString();
  }

  /** Adds the files, and returns the kernel's configuration if it can be found. */
  Optional<KernelConfig> add(AssemblyOptions options) {
    FileTree.Entry binary =
        files
            .find(kernel.binary())
            .orElseThrow(
                () ->
                    missing(
                        "there is no kernel " + kernel.binary(),
                        "set 'binary' to the kernel's file in the image"));
    Origin origin = origin("");
    builder.directory("boot", origin);
    builder.file(
        "boot/cmdline",
        0644,
        Content.of(kernel.cmdline().getBytes(StandardCharsets.UTF_8)),
        origin);
    Content content = file(binary).content();
    put(
        "boot/kernel",
        binary,
        options.decompressKernel()
            ? KernelDecompressor.decompress(content, source + ", " + kernel.binary())
            : content);
    if (!kernel.tar().isEmpty()) {
      FileTree.Entry tar =
          files
              .find(kernel.tar())
              .orElseThrow(
                  () ->
                      missing(
                          "there is no module archive " + kernel.tar(),
                          "set 'tar' to the archive in the image, or to 'none'"));
      String where = source + ", " + kernel.tar();
      new KernelTar(builder, origin(tar.origin().layer()), where)
          .unpack(file(tar).content(), wanted(), this::whereWanted, options.work());
    }
    if (!kernel.ucode().isEmpty()) {
      files
          .find(kernel.ucode())
          .ifPresent(ucode -> put("boot/ucode.cpio", ucode, file(ucode).content()));
    }
    try {
      return KernelConfig.of(
          files,
          content,
          options.work(),
          kernel.image().position() + ": " + source + ", " + kernel.binary());
    } catch (IOException e) {
      throw new SystemFailure(
          "the kernel's configuration cannot be read: " + e.getMessage(), source, "", e);
    }
  }

  private Origin origin(String layer) {
    return new Origin("kernel", source, layer);
  }

  private Node.RegularFile file(FileTree.Entry entry) {
    if (entry.node() instanceof Node.RegularFile file) {
      return file;
    }
    throw missing(entry.path() + " is " + TreeBuilder.describe(entry.node()), "");
  }

  private SystemFailure missing(String what, String hint) {
    return new SystemFailure(
        what + " in the image " + source, kernel.image().position().toString(), hint);
  }

  private void put(String path, FileTree.Entry from, Content content) {
    int permissions = from.node().metadata().permissions();
    Metadata metadata = Metadata.of(permissions, 0, 0, builder.modified());
    builder.put(path, new Node.RegularFile(metadata, content), origin(from.origin().layer()));
  }

  private Optional<List<String>> wanted() {
    return kernel
        .modules()
        .map(modules -> modules.stream().map(Kernel.Module::name).toList())
        .or(() -> KernelModules.labelled(image));
  }

  private String whereWanted(String module) {
    return kernel.modules().orElse(List.of()).stream()
        .filter(each -> each.name().equals(module))
        .findFirst()
        .map(each -> each.position() + ": " + source)
        .orElse(KernelModules.where(image));
  }
}
