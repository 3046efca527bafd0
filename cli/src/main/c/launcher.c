/*
 * The `linuxkit` command: starts the Java runtime that lies beside it, in this process. A shell script would need other
 * programs to find its own place behind a symbolic link; this needs none.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static char *concat(const char *a, const char *b, const char *c) {
  char *text;
  if (asprintf(&text, "%s%s%s", a, b, c) < 0) {
    perror("linuxkit");
    exit(1);
  }
  return text;
}

/* Columns of the terminal on standard error, for the progress display; 0 if it is not a terminal. */
static unsigned columns(void) {
  struct winsize size;
  if (!isatty(STDERR_FILENO)) return 0;
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* Commands that end before the second compiler could pay for its start. */
static bool brief(int argc, char **argv) {
  static const char *const commands[] = {"version", "--version", "help", "--help", "-h", "completion"};
  if (argc < 2) return true;
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
    if (strcmp(argv[1], commands[i]) == 0) return true;
  return false;
}

/*
 * Options meant for other Java programs must not change what this one does, nor which code it loads: a class path with
 * "." in it would run code of the working directory. LD_* is left alone: it applies to every program of the user's.
 */
static void clear_java_environment(void) {
  static const char *const names[] = {
      "CLASSPATH",     "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_AOT_VM_OPTIONS",
      "JAVA_OPTIONS",  "_JAVA_SPLASH_FILE", "_JAVA_SPLASH_JAR",  "_JAVA_VERSION_SET", "_JAVA_LAUNCHER_DEBUG",
      "ALT_JAVA_HOME",
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) unsetenv(names[i]);
}

int main(int argc, char **argv) {
  char here[PATH_MAX];
  if (getcwd(here, sizeof here) == NULL && errno == ENOENT) {
    /* The JVM would end with a stack trace. */
    fprintf(stderr, "linuxkit: the working directory has been deleted\n  hint: change to another directory\n");
    return 1;
  }
  char self[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length < 0) {
    fprintf(stderr, "linuxkit: cannot find where it is installed: %s\n", strerror(errno));
    return 1;
  }
  self[length] = '\0';
  char *home = dirname(dirname(self)); /* HOME/bin/linuxkit */
  char *java = concat(home, "/runtime/bin/java", "");
  char number[16];
  snprintf(number, sizeof number, "%u", columns());

  /* File names are bytes to the kernel and UTF-8 to us, whatever the locale says. */
  setenv("LC_ALL", "C.UTF-8", 1);
  clear_java_environment();
  /* The JVM's own memory is malloc's: other arenas would keep what their threads have freed. */
  setenv("MALLOC_ARENA_MAX", "1", 0);
  setenv("MALLOC_MMAP_THRESHOLD_", "1048576", 0);

  const char *const options[] = {
      java,
      concat("-XX:AOTCache=", home, "/runtime/lib/linuxkit.aot"),
      "-XX:+UnlockDiagnosticVMOptions",
      /* What each of these saves, in milliseconds: docs/startup.md. */
      "-XX:ArchiveRelocationMode=0",
      /* The archive has no profiles to look up. */
      "-XX:-AOTReplayTraining",
      brief(argc, argv) ? "-XX:TieredStopAtLevel=1" : "-XX:TieredStopAtLevel=4",
      "-XX:+UseSerialGC",
      "-XX:Tier3InvocationThreshold=1200",
      "-XX:Tier3MinInvocationThreshold=600",
      "-XX:Tier3CompileThreshold=12000",
      "-XX:Tier3BackEdgeThreshold=240000",
      "-XX:Tier4InvocationThreshold=120000",
      "-XX:Tier4MinInvocationThreshold=14400",
      "-XX:Tier4CompileThreshold=360000",
      "-XX:Tier4BackEdgeThreshold=960000",
      /* With such thresholds, loops over megabytes would be compiled too late. */
      "-XX:CompileCommand=quiet",
      "-XX:CompileCommand=MemLimit,*.*,4M~stop",
      "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.DigestBase::implCompressMultiBlock,0.0005",
      "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.SHA2::implCompress,0.0005",
      "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.SHA::implCompress,0.0005",
      /* Leaves no file in the temporary directory. */
      "-XX:-UsePerfData",
      "-Xms48m",
      "-XX:NewSize=32m",
      "-XX:MaxNewSize=32m",
      "-Xmx1g",
      "-Xss1m",
      "-XX:MinHeapFreeRatio=20",
      "-XX:MaxHeapFreeRatio=40",
      /* The decoders of kernels packed with lz4 and lzo use it. */
      "--sun-misc-unsafe-memory-access=allow",
      "--enable-native-access=com.github.luben.zstd_jni,linuxkit.filesystem,linuxkit.trust",
      /* A proxy may ask for a name and password, which the JDK would not send to it for https. */
      "-Djdk.http.auth.tunneling.disabledSchemes=",
      /* Layers come in larger pieces than the usual 16 KiB, each of which costs a change of threads. */
      "-Djdk.httpclient.bufsize=524288",
      concat("-Dlinuxkit.home=", home, ""),
      concat("-DZstdNativePath=", home, "/runtime/lib/libzstd-jni.so"),
      concat("-Dlinuxkit.libdeflate=", home, "/runtime/lib/libdeflate.so"),
      concat("-Dlinuxkit.liblz4=", home, "/runtime/lib/liblz4.so"),
      concat("-Dlinuxkit.columns=", number, ""),
      "-m",
      "linuxkit.cli/linuxkit.cli.Main",
  };
  size_t count = sizeof options / sizeof *options;
  const char **args = calloc(count + (size_t)argc + 1, sizeof *args);
  if (!args) {
    perror("linuxkit");
    return 1;
  }
  memcpy(args, options, sizeof options);
  for (int i = 1; i < argc; i++) args[count + (size_t)i - 1] = argv[i];
  execv(java, (char **)args);
  fprintf(stderr, "linuxkit: cannot start %s: %s\n", java, strerror(errno));
  return 1;
}
