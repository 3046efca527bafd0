package linuxkit.filesystem;

import org.jspecify.annotations.Nullable;

/** A number for each file of a tree, by the identity of its node; 0 at first. */
public final class NodeNumbers {
  // An open hash table: a map of objects would take four times the memory, for a million files.
  private @Nullable Node[] nodes;
  private int[] numbers;
  private int size;

  /** Creates an empty table. */
  public NodeNumbers() {
    this(0);
  }

  /**
   * Creates an empty table with room.
   *
   * @param files the expected number of files
   */
  public NodeNumbers(int files) {
    int length = Integer.highestOneBit(Math.max(32, files + (files >> 1))) << 1;
    this.nodes = new Node[length];
    this.numbers = new int[length];
  }

  /** Returns how many files have been added. */
  public int size() {
    return size;
  }

  public int get(Node node) {
    return numbers[place(node)];
  }

  /** Adds to the number of a file and returns it. */
  public int add(Node node, int increment) {
    int place = place(node);
    if (nodes[place] == null) {
      if (3L * size >= 2L * nodes.length) {
        grow();
        place = place(node);
      }
      nodes[place] = node;
      size++;
    }
    numbers[place] += increment;
    return numbers[place];
  }

  @SuppressWarnings("ReferenceEquality") // a node is known by its identity
  private int place(Node node) {
    int mask = nodes.length - 1;
    // Identity hashes are random, but have few bits.
    int hash = System.identityHashCode(node);
    int place = (hash ^ hash >>> 16) & mask;
    while (nodes[place] != null && nodes[place] != node) {
      place = place + 1 & mask;
    }
    return place;
  }

  private void grow() {
    @Nullable Node[] oldNodes = nodes;
    int[] oldNumbers = numbers;
    nodes = new Node[2 * oldNodes.length];
    numbers = new int[2 * oldNodes.length];
    for (int i = 0; i < oldNodes.length; i++) {
      Node node = oldNodes[i];
      if (node != null) {
        int place = place(node);
        nodes[place] = node;
        numbers[place] = oldNumbers[i];
      }
    }
  }
}
