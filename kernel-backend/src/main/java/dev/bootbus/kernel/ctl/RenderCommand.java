package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "render",
    description = {
      "Prints what a node would get, without its secrets.",
      "Its boot script, or the file PATH, such as user-data."
    })
final class RenderCommand implements Callable<Integer> {
  private static final List<Column> FILES =
      List.of(
          Column.of("PATH", "path"), Column.of("TYPE", "mediaType"), Column.of("WHY NOT", "why"));

  /// The loaders that scripts are written for; the constants are the words of `--loader`.
  enum Loader {
    ipxe,
    pxelinux,
    grub,
    uboot("u-boot");

    private final String word;

    Loader() {
      this.word = name();
    }

    Loader(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "NODE", description = "MAC, host name or UUID.")
  private String node = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PATH",
      description = "A file: user-data, meta-data, k3os/config.")
  private String path = "";

  @Option(
      names = "--loader",
      paramLabel = "LOADER",
      description = "The script for this loader: ${COMPLETION-CANDIDATES}; ipxe unless set.")
  private @Nullable Loader loader;

  @Option(
      names = "--kernel",
      paramLabel = "KERNEL",
      description = "The script that boots this kernel; the one chosen for the node unless set.")
  private @Nullable String kernel;

  @Option(names = "--files", description = "Lists the files, and why some are none.")
  private boolean files;

  @Override
  public Integer call() throws Exception {
    Main main = Main.of(spec);
    boolean script = loader != null || kernel != null;
    if ((script ? 1 : 0) + (files ? 1 : 0) + (path.isEmpty() ? 0 : 1) > 1) {
      throw new IllegalArgumentException("a PATH, --files, or --loader and --kernel: one of them");
    }
    try (Api api = main.api()) {
      String id = Things.of(api, Kind.NODES).found(node).id();
      if (files) {
        JsonNode found = api.get(Api.path("nodes", id, "files")).orThrow().body();
        try (Listing listing = new Listing(main.output(), FILES)) {
          listing.add(found.path("rows"));
        }
      } else {
        // as it is, for it may be kept in a file
        main.output().out().print(path.isEmpty() ? script(api, id) : file(api, id));
        main.output().out().flush();
      }
    }
    return ExitCode.OK;
  }

  private String script(Api api, String id) throws UnreachableException, RefusedException {
    String boot = Api.path("kernels", "generateBootFile", id);
    return api.text(
        kernel == null ? boot : boot + "/" + Api.path(kernel),
        loader == null ? Map.of() : Map.of("loader", loader.toString()));
  }

  private String file(Api api, String id) throws UnreachableException, RefusedException {
    return api.text(Api.path("nodes", id, "files") + "/" + Api.path(path.split("/", -1)), Map.of());
  }
}
