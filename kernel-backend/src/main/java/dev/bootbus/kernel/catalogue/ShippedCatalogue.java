package dev.bootbus.kernel.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.kernel.catalogue.CatalogueFile.Document;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The kernels that come with Bootbus: where the systems are that people boot over a network, one
/// file for each family. None is anybody's default.
final class ShippedCatalogue {
  static final List<String> FAMILIES =
      List.of(
          "alpine", "coreos", "debian", "fedora", "flatcar", "freebsd", "k3os", "nixos", "talos",
          "tools", "ubuntu");

  private ShippedCatalogue() {}

  static Catalogue read() {
    try {
      List<Document> documents = new ArrayList<>();
      for (String family : FAMILIES) {
        documents.add(new Document(family + ".yaml", text(family)));
      }
      Catalogue all = CatalogueFile.read(documents, Catalogue.EMPTY, new TemplateFiles());
      Map<String, Origin> origins = new HashMap<>();
      all.kernels().keySet().forEach(name -> origins.put(name, new Origin.Shipped()));
      return new Catalogue(
          all.kernels(),
          all.defaults(),
          all.nodes(),
          new Origins(origins, Map.of()),
          all.subnets());
    } catch (CatalogueException e) {
      throw new IllegalStateException("the shipped catalogue: " + e.getMessage(), e);
    }
  }

  private static String text(String family) {
    String name = "shipped/" + family + ".yaml";
    try (InputStream file = ShippedCatalogue.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("not in the jar: " + name);
      }
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
