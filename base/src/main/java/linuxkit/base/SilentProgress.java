package linuxkit.base;

enum SilentProgress implements Progress, Progress.Task {
  INSTANCE;

  @Override
  public void info(String line) {}

  @Override
  public void warn(String line) {}

  @Override
  public void detail(String line) {}

  @Override
  public Task begin(String label, long total) {
    return this;
  }

  @Override
  public void advance(long bytes) {}

  @Override
  public void close() {}
}
