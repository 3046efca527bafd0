package linuxkit.system.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import linuxkit.base.ByteSize;
import linuxkit.base.Progress;

/**
 * A page about a system that needs nothing but a browser: its sizes as a treemap and a table, what
 * each container may do, the packages. Equal systems give equal bytes.
 */
public final class HtmlReport {
  private static final Treemap.Area WHOLE = new Treemap.Area(0, 0, 160, 100);
  private static final int MOST_DIRECTORIES = 12;

  private final String name;
  private final InspectedSystem system;
  private final Sizes sizes;
  private final Map<String, List<String>> images;
  private final OptionalInt memory;
  private final Html html = new Html();

  private HtmlReport(
      String name, InspectedSystem system, Map<String, List<String>> images, OptionalInt memory) {
    this.name = name;
    this.system = system;
    this.sizes = Sizes.of(system.files(), system.detailed());
    this.images = new TreeMap<>(images);
    this.memory = memory;
  }

  /**
   * Returns the page, in UTF-8.
   *
   * @param name of the system
   * @param images by reference: the digest of what it names, and that of the image's manifest
   * @param memory least memory of a machine, in MiB, if it is known
   * @param progress gets warnings about packages that are left out
   * @throws linuxkit.base.Failure if a file of the system that the page describes cannot be read
   */
  public static byte[] write(
      String name,
      InspectedSystem system,
      Map<String, List<String>> images,
      OptionalInt memory,
      Progress progress) {
    return new HtmlReport(name, system, images, memory)
        .page(progress)
        .getBytes(StandardCharsets.UTF_8);
  }

  private String page(Progress progress) {
    List<ContainerFacts> containers = ContainerFacts.read(system);
    List<ComponentPackage> packages = SystemPackages.read(system, progress);
    html.markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .markup("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .element("title", "", name + " – system report")
        .markup("\n<style>\n" + stylesheet() + "</style>\n</head>\n<body>\n<header>\n")
        .element("h1", "", name)
        .markup("\n<dl>");
    fact("Size of all files", ByteSize.text(sizes.total()));
    memory.ifPresent(least -> fact("Least memory", least + " MiB"));
    fact("Containers", String.valueOf(containers.size()));
    fact("Images", String.valueOf(images.size()));
    fact("Packages", String.valueOf(packages.size()));
    html.markup("</dl>\n</header>\n<main>\n");
    treemap();
    sizeTable();
    containers(containers);
    kernel();
    images();
    packages(packages);
    return html.markup("</main>\n</body>\n</html>\n").toString();
  }

  private static String stylesheet() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fact(String term, String value) {
    html.markup("<div>").element("dt", "", term).element("dd", "", value).markup("</div>");
  }

  private List<Map.Entry<Component, Sizes.Part>> largest() {
    return sizes.parts().entrySet().stream()
        .filter(part -> part.getValue().bytes() > 0)
        .sorted(
            Map.Entry.<Component, Sizes.Part>comparingByValue(
                    (a, b) -> Long.compare(b.bytes(), a.bytes()))
                .thenComparing(Map.Entry.comparingByKey()))
        .toList();
  }

  // The table that follows has the same data, so screen readers can ignore the map.
  private void treemap() {
    List<Map.Entry<Component, Sizes.Part>> parts = largest();
    html.markup("<section>\n<h2>Where the bytes are</h2>\n");
    if (parts.isEmpty()) {
      html.markup("<p>The system has no files with content.</p>\n</section>\n");
      return;
    }
    html.markup("<p>Each coloured area is a component, each box in it a directory. ")
        .markup("<a href=\"#sizes\">See the table.</a></p>\n")
        .markup("<div class=\"map\" aria-hidden=\"true\">\n");
    List<Treemap.Area> areas =
        Treemap.divide(parts.stream().map(part -> part.getValue().bytes()).toList(), WHOLE);
    for (int i = 0; i < areas.size(); i++) {
      component(parts.get(i).getKey(), parts.get(i).getValue(), areas.get(i));
    }
    html.markup("</div>\n<ul class=\"legend\" aria-hidden=\"true\">");
    parts.stream()
        .map(part -> kind(part.getKey()))
        .distinct()
        .sorted()
        .forEach(kind -> html.markup("<li class=\"" + kind + "\">" + kind + "</li>"));
    html.markup("</ul>\n</section>\n");
  }

  private void component(Component component, Sizes.Part part, Treemap.Area area) {
    html.markup("<div class=\"part " + kind(component) + "\" " + place(area, WHOLE) + " title=\"")
        .text(component.label() + ": " + ByteSize.text(part.bytes()))
        .markup("\"><b>")
        .text(shortName(component))
        .markup(" <small>" + ByteSize.text(part.bytes()) + "</small></b><div class=\"in\">");
    List<Sizes.Sized> directories = Sizes.largest(part);
    Treemap.Area inner = new Treemap.Area(0, 0, area.width(), area.height());
    List<Treemap.Area> areas =
        Treemap.divide(directories.stream().map(Sizes.Sized::bytes).toList(), inner);
    for (int i = 0; i < areas.size(); i++) {
      Sizes.Sized directory = directories.get(i);
      html.markup("<i " + place(areas.get(i), inner) + " title=\"")
          .text(
              component.label() + " " + directory.name() + ": " + ByteSize.text(directory.bytes()))
          .markup("\"><span>")
          .text(directory.name())
          .markup("</span></i>");
    }
    html.markup("</div></div>\n");
  }

  private static String place(Treemap.Area area, Treemap.Area whole) {
    return String.format(
        Locale.ROOT,
        "style=\"left:%.3f%%;top:%.3f%%;width:%.3f%%;height:%.3f%%\"",
        100 * area.left() / whole.width(),
        100 * area.top() / whole.height(),
        100 * area.width() / whole.width(),
        100 * area.height() / whole.height());
  }

  private static String kind(Component component) {
    return component.kind().name().toLowerCase(Locale.ROOT);
  }

  private static String shortName(Component component) {
    return component.name().isEmpty()
        ? kind(component)
        : component.name().substring(component.name().lastIndexOf('/') + 1);
  }

  private void sizeTable() {
    html.markup("<section id=\"sizes\">\n<h2>Sizes</h2>\n<div class=\"wide\"><table>\n<thead><tr>")
        .markup("<th scope=\"col\">Component</th><th scope=\"col\" class=\"n\">Size</th>")
        .markup("<th scope=\"col\" class=\"n\">Share</th><th scope=\"col\" class=\"n\">Files</th>")
        .markup("<th scope=\"col\">Largest directories</th></tr></thead>\n<tbody>\n");
    for (Map.Entry<Component, Sizes.Part> part : largest()) {
      html.markup("<tr><th scope=\"row\"><span class=\"dot " + kind(part.getKey()) + "\"></span>")
          .text(part.getKey().label())
          .markup("</th>")
          .element("td", "class=\"n\"", ByteSize.text(part.getValue().bytes()))
          .element(
              "td",
              "class=\"n\"",
              String.format(
                  Locale.ROOT, "%.1f %%", 100.0 * part.getValue().bytes() / sizes.total()))
          .element("td", "class=\"n\"", String.valueOf(part.getValue().files()))
          .markup("<td>");
      directories(Sizes.largest(part.getValue()));
      html.markup("</td></tr>\n");
    }
    html.markup("</tbody>\n</table></div>\n</section>\n");
  }

  private void directories(List<Sizes.Sized> directories) {
    if (directories.size() < 2) {
      directories.forEach(each -> html.element("code", "", each.name()));
      return;
    }
    html.markup("<details><summary>")
        .element("code", "", directories.getFirst().name())
        .markup(" <small>and " + (directories.size() - 1) + " more</small></summary><ul>");
    for (Sizes.Sized each :
        directories.subList(0, Math.min(MOST_DIRECTORIES, directories.size()))) {
      html.markup("<li>")
          .element("code", "", each.name())
          .text(" " + ByteSize.text(each.bytes()))
          .markup("</li>");
    }
    html.markup("</ul></details>");
  }

  private void containers(List<ContainerFacts> containers) {
    if (containers.isEmpty()) {
      return;
    }
    html.markup(
            "<section>\n<h2>What containers may do</h2>\n<div class=\"wide\"><table>\n<thead><tr>")
        .markup("<th scope=\"col\">Container</th><th scope=\"col\">Capabilities</th>")
        .markup("<th scope=\"col\">Files of the system</th><th scope=\"col\">Shares</th>")
        .markup("<th scope=\"col\">Runs</th></tr></thead>\n<tbody>\n");
    for (ContainerFacts facts : containers) {
      html.markup(
              "<tr><th scope=\"row\"><span class=\"dot " + kind(facts.component()) + "\"></span>")
          .text(facts.component().label())
          .markup("</th><td>");
      list("chips", facts.capabilities().stream().map(HtmlReport::capability).toList());
      html.markup("</td><td>");
      list("code", facts.binds());
      html.markup("</td><td>");
      list("chips", facts.host());
      list("code", facts.others());
      html.markup("</td><td class=\"runs\">");
      facts
          .settings()
          .forEach(
              (key, value) ->
                  html.markup("<div><small>")
                      .text(key)
                      .markup("</small> ")
                      .element("code", "", value)
                      .markup("</div>"));
      html.markup("</td></tr>\n");
    }
    html.markup("</tbody>\n</table></div>\n</section>\n");
  }

  private static String capability(String name) {
    return name.startsWith("CAP_")
        ? name.substring("CAP_".length()).toLowerCase(Locale.ROOT)
        : name;
  }

  private void list(String kind, Collection<String> words) {
    if (words.isEmpty()) {
      html.markup("<small>none</small>");
      return;
    }
    html.markup("<ul class=\"" + kind + "\">");
    words.forEach(word -> html.element("li", "", word));
    html.markup("</ul>");
  }

  private void kernel() {
    if (!system.cmdline().isEmpty()) {
      html.markup("<section>\n<h2>Kernel command line</h2>\n<pre>")
          .text(system.cmdline())
          .markup("</pre>\n</section>\n");
    }
  }

  private void images() {
    if (images.isEmpty()) {
      return;
    }
    html.markup("<section>\n<h2>Images</h2>\n<div class=\"wide\"><table>\n<thead><tr>")
        .markup("<th scope=\"col\">Reference</th><th scope=\"col\">Digest</th>")
        .markup("<th scope=\"col\">Manifest</th></tr></thead>\n<tbody>\n");
    images.forEach(
        (reference, digests) -> {
          html.markup("<tr>").element("td", "", reference);
          digests.forEach(each -> html.markup("<td>").element("code", "", each).markup("</td>"));
          html.markup("</tr>\n");
        });
    html.markup("</tbody>\n</table></div>\n</section>\n");
  }

  private void packages(List<ComponentPackage> packages) {
    if (packages.isEmpty()) {
      return;
    }
    Map<Component, List<ComponentPackage>> byComponent = new TreeMap<>();
    packages.forEach(
        each -> byComponent.computeIfAbsent(each.component(), _ -> new ArrayList<>()).add(each));
    html.markup("<section>\n<h2>Packages</h2>\n");
    byComponent.forEach(
        (component, own) -> {
          html.markup("<details><summary><span class=\"dot " + kind(component) + "\"></span>")
              .text(component.label())
              .markup(" <small>" + own.size() + "</small></summary>\n<ul class=\"packages\">");
          own.forEach(
              each ->
                  html.markup("<li>")
                      .text(each.name() + " ")
                      .element("small", "", each.version())
                      .markup("</li>"));
          html.markup("</ul></details>\n");
        });
    html.markup("</section>\n");
  }
}
