package dev.bootbus.probe.lab;

import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// nginx, which serves the boot files as they are.
final class Nginx {
  private Nginx() {}

  static Program start(Place place) throws IOException {
    Path folder = place.lab().folder("nginx-");
    Path config =
        Files.writeString(
            folder.resolve("nginx.conf"),
            """
            daemon off;
            master_process off;
            pid %1$s/pid;
            error_log stderr notice;
            events {}
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              server { listen 80; root %2$s; }
            }
            """
                .formatted(folder, place.files().root()));
    return place
        .host()
        .start("nginx", "-p", folder.toString(), "-c", config.toString())
        .awaitSaid("getrlimit");
  }
}
