package linuxkit.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import linuxkit.base.NameBytes;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Builds nodes from the parser's events, within bounds. */
// The library's module does not export the package of Parse, which would hide the parser.
final class Composer {
  private static final int DEEPEST = 64;
  // YAML's own limit for keys without '?'.
  private static final int LONGEST_KEY = 1024;
  private static final long MOST_NODES = 1_000_000;
  private static final int CHARACTERS_PER_NODE = 64;
  private static final String CORE = "tag:yaml.org,2002:";
  private static final LoadSettings SETTINGS =
      LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).setParseComments(false).build();

  /** Ends the reading of a document whose error was already reported. */
  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stop() {
      super(null, null, false, false);
    }
  }

  /** A node and its cost: itself and all below it, with every alias counted in full. */
  private record Weighed(YamlNode node, long weight) {}

  private final Position start;
  private final Diagnostics diagnostics;
  private final Map<Anchor, @Nullable Weighed> anchors = new HashMap<>();
  private @Nullable Position last;
  private long spent;

  Composer(Position start, Diagnostics diagnostics) {
    this.start = start;
    this.diagnostics = diagnostics;
  }

  Optional<YamlNode> compose(String text) {
    int errors = diagnostics.errors().size();
    try {
      Iterator<Event> events = new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text));
      events.next(); // the start of the stream
      if (!(events.next() instanceof DocumentStartEvent)) {
        diagnostics.error(start, "(root)", "the document is empty");
        return Optional.empty();
      }
      YamlNode root = node(events, events.next(), DottedPath.ROOT, 0).node();
      events.next(); // the end of the document
      if (events.next() instanceof DocumentStartEvent more) {
        diagnostics.warn(
            position(more), "(root)", "only the first document is read: this one is ignored");
      }
      return diagnostics.errors().size() > errors ? Optional.empty() : Optional.of(root);
    } catch (Stop e) {
      return Optional.empty();
    } catch (MarkedYamlEngineException e) {
      Position at = e.getProblemMark().map(this::position).orElse(start);
      diagnostics.error(at, "(root)", "not valid YAML: " + oneLine(e.getProblem()));
      return Optional.empty();
    } catch (YamlVersionException e) {
      String version = e.getSpecVersion().getRepresentation();
      diagnostics.error(start, "(root)", "YAML version " + version + " is not supported");
      return Optional.empty();
    } catch (YamlEngineException e) {
      Position at = last == null ? start : last;
      diagnostics.error(at, "(root)", "not valid YAML: " + oneLine(String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private Weighed node(Iterator<Event> events, Event event, DottedPath path, int depth) {
    Position at = position(event);
    last = at;
    spend(1, at, path);
    if (depth > DEEPEST) {
      throw stop(at, path, "nested more than " + DEEPEST + " levels deep");
    }
    if (event instanceof ScalarEvent scalar) {
      return anchor(scalar, scalar(scalar, at, path));
    }
    if (event instanceof AliasEvent alias) {
      return alias(alias, at, path);
    }
    if (!(event instanceof CollectionStartEvent collection)) {
      throw stop(at, path, "not valid YAML: expected a value");
    }
    checkTag(collection, at, path);
    // Declared without a node until it is complete: an alias to it from inside is a cycle.
    collection.getAnchor().ifPresent(anchor -> anchors.put(anchor, null));
    return anchor(
        collection,
        collection instanceof MappingStartEvent
            ? mapping(events, at, path, depth)
            : sequence(events, at, path, depth));
  }

  private Weighed anchor(NodeEvent event, Weighed node) {
    event.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
    return node;
  }

  private Weighed alias(AliasEvent alias, Position at, DottedPath path) {
    Anchor anchor = alias.getAlias();
    Weighed target = anchors.get(anchor);
    if (target == null) {
      throw stop(
          at,
          path,
          anchors.containsKey(anchor)
              ? "the alias *" + anchor + " refers to a value that contains it"
              : "the alias *" + anchor + " has no anchor &" + anchor);
    }
    spend(target.weight(), at, path);
    return target;
  }

  private Weighed scalar(ScalarEvent event, Position at, DottedPath path) {
    String text = event.getValue();
    long weight = 1L + text.length() / CHARACTERS_PER_NODE;
    spend(weight, at, path);
    if (!NameBytes.isText(text)) {
      // In names of files, it would stand for a byte that is not UTF-8.
      throw stop(at, path, "half of a surrogate pair is not a character");
    }
    boolean plain = event.isPlain();
    if (event.getTag().isPresent()) {
      String tag = event.getTag().get();
      if (!tag.equals("!") && !tag.equals(CORE + "str")) {
        refuseTag(tag, at, path);
      }
      plain = false;
    }
    YamlNode.Scalar.Kind kind = plain ? CoreSchema.kind(text) : YamlNode.Scalar.Kind.STRING;
    return new Weighed(new YamlNode.Scalar(at, text, kind), weight);
  }

  private Weighed sequence(Iterator<Event> events, Position at, DottedPath path, int depth) {
    List<YamlNode> elements = new ArrayList<>();
    long weight = 1;
    for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
      Weighed element = node(events, event, path.child(elements.size()), depth + 1);
      elements.add(element.node());
      weight += element.weight();
    }
    return new Weighed(new YamlNode.Sequence(at, elements), weight);
  }

  private Weighed mapping(Iterator<Event> events, Position at, DottedPath path, int depth) {
    SequencedMap<String, YamlNode.Field> fields = new LinkedHashMap<>();
    List<Weighed> merged = new ArrayList<>();
    long weight = 1;
    for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
      boolean merge =
          event instanceof ScalarEvent scalar
              && scalar.isPlain()
              && scalar.getTag().isEmpty()
              && scalar.getValue().equals("<<");
      Weighed key = node(events, event, path, depth + 1);
      Position keyAt = position(event);
      String name = keyName(key.node(), keyAt, path);
      Weighed value = node(events, events.next(), path.child(name), depth + 1);
      weight += key.weight() + value.weight();
      if (merge) {
        merged.add(value);
      } else if (fields.putIfAbsent(name, new YamlNode.Field(keyAt, value.node())) != null) {
        diagnostics.error(
            keyAt,
            path.child(name).toString(),
            "the key " + Quote.of(name) + " is given twice, first on line " + lineOf(fields, name));
      }
    }
    for (Weighed source : merged) {
      merge(fields, source.node(), path);
      spend(source.weight(), at, path);
      weight += source.weight();
    }
    return new Weighed(new YamlNode.Mapping(at, fields), weight);
  }

  private static int lineOf(SequencedMap<String, YamlNode.Field> fields, String name) {
    YamlNode.Field field = fields.get(name);
    return field == null ? 0 : field.position().line();
  }

  // YAML's "merge" type: keys of the mapping itself win, then those of the first in the list.
  private void merge(SequencedMap<String, YamlNode.Field> into, YamlNode source, DottedPath path) {
    switch (source) {
      case YamlNode.Mapping mapping -> mapping.fields().forEach(into::putIfAbsent);
      case YamlNode.Sequence sequence
          when sequence.elements().stream().allMatch(YamlNode.Mapping.class::isInstance) ->
          sequence.elements().forEach(element -> merge(into, element, path));
      default ->
          diagnostics.error(
              source.position(),
              path.child("<<").toString(),
              "only a mapping or a list of mappings can be merged");
    }
  }

  private String keyName(YamlNode key, Position at, DottedPath path) {
    if (key instanceof YamlNode.Scalar scalar) {
      if (scalar.kind() != YamlNode.Scalar.Kind.STRING) {
        diagnostics.error(
            at, path.toString(), "a key must be a string, not " + key.describe() + ": quote it");
      }
      if (scalar.text().length() > LONGEST_KEY) {
        throw stop(at, path, "a key is longer than " + LONGEST_KEY + " characters");
      }
      return scalar.text();
    }
    throw stop(at, path, "a key must be a string, not " + key.describe());
  }

  private void checkTag(CollectionStartEvent event, Position at, DottedPath path) {
    String expected = CORE + (event instanceof MappingStartEvent ? "map" : "seq");
    event
        .getTag()
        .filter(tag -> !tag.equals(expected) && !tag.equals("!"))
        .ifPresent(tag -> refuseTag(tag, at, path));
  }

  private void refuseTag(String tag, Position at, DottedPath path) {
    diagnostics.error(at, path.toString(), "the tag " + Quote.of(tag) + " is not accepted");
  }

  private void spend(long weight, Position at, DottedPath path) {
    spent += weight;
    if (spent > MOST_NODES) {
      throw stop(at, path, "more than " + MOST_NODES + " values, with every alias counted in full");
    }
  }

  private Stop stop(Position at, DottedPath path, String problem) {
    diagnostics.error(at, path.toString(), problem);
    return new Stop();
  }

  private Position position(Event event) {
    return event.getStartMark().map(this::position).orElse(start);
  }

  private Position position(Mark mark) {
    return start.at(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\n\\s*", ", ");
  }
}
