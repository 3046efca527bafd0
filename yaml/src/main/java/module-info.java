/**
 * Reads and writes YAML, with every mistake's position, and the vocabulary that describes a
 * container.
 */
module linuxkit.yaml {
  requires transitive linuxkit.base;
  requires transitive linuxkit.json;
  requires org.snakeyaml.engine;

  exports linuxkit.yaml;
  exports linuxkit.yaml.container;
}
