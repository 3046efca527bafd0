package linuxkit.system.manifest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.ByteSize;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.system.SystemFailure;
import linuxkit.yaml.Position;

/**
 * The size limits of a system and its parts.
 *
 * @param limits by the part that they limit: {@code total}, {@code initrd}, {@code kernel}, {@code
 *     init}, {@code files}, {@code volumes}, or a section and the name of a container or volume, as
 *     in {@code services.web}
 */
public record Budget(SortedMap<String, Limit> limits) {
  public static final Budget NONE = new Budget(Collections.emptySortedMap());

  static final String UNKNOWN = "the budget limits a container that does not exist";

  /** The parts that can be limited as a whole. */
  static final List<String> PARTS =
      List.of("total", "initrd", "kernel", "init", "files", "volumes");

  /** The sections that can be limited entry by entry. */
  static final List<String> SECTIONS = List.of("onboot", "onshutdown", "services");

  /**
   * @param text the size as written
   * @param position in the manifest; empty if it was given elsewhere
   */
  public record Limit(long bytes, String text, Optional<Position> position) {}

  public Budget {
    limits = Collections.unmodifiableSortedMap(new TreeMap<>(limits));
  }

  /** Reads a size in bytes; see {@link ByteSize#parse}. */
  static OptionalLong bytes(String text) {
    return ByteSize.parse(text, ByteSize.Unit.BYTE);
  }

  /** Returns this budget with the limits of another, which replace those of the same name. */
  public Budget with(Budget other) {
    SortedMap<String, Limit> all = new TreeMap<>(limits);
    all.putAll(other.limits);
    return new Budget(all);
  }

  /**
   * Reads limits such as {@code total=80M} and {@code services.web=10M}.
   *
   * @param flag the option that failures name
   * @throws SystemFailure if a limit is not of this form
   */
  public static Budget parse(List<String> texts, String flag) {
    SortedMap<String, Limit> limits = new TreeMap<>();
    for (String text : texts) {
      int equals = text.lastIndexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      String size = equals < 0 ? "" : text.substring(equals + 1);
      OptionalLong bytes = bytes(size);
      if (bytes.isEmpty() || !isName(name)) {
        throw new SystemFailure(
            bytes.isEmpty()
                ? "the limit is not a valid size: " + text
                : "'" + name + "' cannot have a limit",
            flag,
            "write it as total=80M or services.web=10M; the name is one of "
                + String.join(", ", PARTS)
                + ", or one of "
                + String.join(", ", SECTIONS)
                + " with a dot and a name");
      }
      limits.put(name, new Limit(bytes.getAsLong(), size, Optional.empty()));
    }
    return new Budget(limits);
  }

  private static boolean isName(String name) {
    return PARTS.contains(name)
        || SECTIONS.stream()
            .anyMatch(
                section -> name.startsWith(section + ".") && name.length() > section.length() + 1);
  }

  Optional<Position> position(String name) {
    return Optional.ofNullable(limits.get(name)).flatMap(Limit::position);
  }

  /** Returns the name of a container's limit. */
  static String name(ContainerEntry entry) {
    return entry.section().key() + "." + entry.name();
  }

  /** Returns the names of limits for containers that are not in the list. */
  List<String> unknown(List<ContainerEntry> containers) {
    if (limits.isEmpty()) {
      return List.of();
    }
    List<String> unknown = new ArrayList<>(limits.keySet());
    unknown.removeAll(PARTS);
    containers.forEach(entry -> unknown.remove(name(entry)));
    return unknown;
  }

  /** Returns the budget as a manifest has it. */
  JsonObject toJson() {
    Map<String, Json> json = new TreeMap<>();
    Map<String, JsonObject.Builder> sections = new TreeMap<>();
    limits.forEach(
        (name, limit) -> {
          int dot = name.indexOf('.');
          if (dot < 0) {
            json.put(name, new JsonString(limit.text()));
          } else {
            sections
                .computeIfAbsent(name.substring(0, dot), _ -> JsonObject.builder())
                .put(name.substring(dot + 1), limit.text());
          }
        });
    sections.forEach((name, section) -> json.put(name, section.build()));
    JsonObject.Builder all = JsonObject.builder();
    json.forEach(all::put);
    return all.build();
  }
}
