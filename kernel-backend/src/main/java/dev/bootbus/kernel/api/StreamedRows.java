package dev.bootbus.kernel.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.kernel.api.Resource.Item;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/// All rows as one array, written as the caller takes them: of what is not written yet there are
/// only the ids.
final class StreamedRows {
  private static final int PIECE = 64 << 10;

  private final Resource resource;
  private final Selection selection;
  private final Iterator<String> ids;

  StreamedRows(Resource resource, Selection selection) {
    this.resource = resource;
    this.selection = selection;
    this.ids = selection.ids().iterator();
  }

  void to(Response response, Callback callback) {
    new Writing(response, callback).iterate();
  }

  private final class Writing extends IteratingCallback {
    private final Response response;
    private final Callback callback;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream(PIECE + PIECE / 8);
    private String before = "[";
    private boolean ended;

    Writing(Response response, Callback callback) {
      this.response = response;
      this.callback = callback;
    }

    @Override
    protected Action process() {
      if (ended) {
        return Action.SUCCEEDED;
      }
      piece.reset();
      fill();
      response.write(ended, ByteBuffer.wrap(piece.toByteArray()), this);
      return Action.SCHEDULED;
    }

    private void fill() {
      while (ids.hasNext() && piece.size() < PIECE) {
        Optional<Item> item = resource.find(ids.next());
        if (item.isPresent()) { // it may be gone since
          piece.writeBytes(before.getBytes(UTF_8));
          piece.writeBytes(Json.write(selection.view(item.get())));
          before = ",\n";
        }
      }
      if (!ids.hasNext()) {
        ended = true;
        piece.writeBytes((before.equals("[") ? "[]\n" : "]\n").getBytes(UTF_8));
      }
    }

    @Override
    protected void onCompleteSuccess() {
      callback.succeeded();
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
      callback.failed(cause);
    }
  }
}
