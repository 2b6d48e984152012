package dev.bootbus.kernel.api;

import dev.bootbus.kernel.boot.BootText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is looked at and changed, over whatever.
public final class Served {
  private final Map<String, Resource> resources = new LinkedHashMap<>();
  private final Texts texts;
  private volatile boolean ready;

  public Served(List<Resource> resources, BootText texts) {
    resources.forEach(resource -> this.resources.put(resource.name(), resource));
    this.texts = new Texts(texts);
  }

  /// What is in the buckets is known from now on.
  public void ready() {
    ready = true;
  }

  boolean isReady() {
    return ready;
  }

  Map<String, Resource> resources() {
    return resources;
  }

  Texts texts() {
    return texts;
  }
}
