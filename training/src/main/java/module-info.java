/** Records the AOT archive of the distribution. */
module linuxkit.training {
  requires linuxkit.filesystem;
}
