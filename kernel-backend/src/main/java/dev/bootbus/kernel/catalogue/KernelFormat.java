package dev.bootbus.kernel.catalogue;

import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Records;
import dev.bootbus.kernel.store.UnreadableRecordException;

/// A kernel in its bucket: `alpine` holds `{"name":"alpine","arch":"x86_64","type":"alpine",…}`.
/// A record with a field or a type that this version does not know is not read: what it leaves
/// out might be what matters.
public final class KernelFormat implements Bucket.Format<String, Kernel> {
  /// Of a record, in bytes.
  static final int MAX_SIZE = 64 << 10;

  @Override
  public String key(String text) {
    if (!isKey(text)) {
      throw new IllegalArgumentException("not a name of a kernel: " + text);
    }
    return text;
  }

  /// A token of a subject is never empty, so not every name may be a key.
  static boolean isKey(String name) {
    return Kernel.isName(name) && !name.contains("..") && !name.endsWith(".");
  }

  @Override
  public byte[] write(Kernel kernel) {
    return Records.write(KernelJson.write(kernel));
  }

  @Override
  public Kernel read(byte[] bytes) throws UnreadableRecordException {
    return switch (KernelJson.read(Records.read(bytes))) {
      case KernelJson.Reading.Good(Kernel kernel) -> kernel;
      case KernelJson.Reading.Bad(var complaints) ->
          throw new UnreadableRecordException(
              complaints.getFirst().field() + ": " + complaints.getFirst().fault());
    };
  }
}
