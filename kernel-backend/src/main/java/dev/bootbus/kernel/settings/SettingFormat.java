package dev.bootbus.kernel.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Records;
import dev.bootbus.kernel.store.UnreadableRecordException;

/// A setting in its bucket: `lease-time` holds `{"value":600,"updated":…}`.
final class SettingFormat implements Bucket.Format<Setting, Stored> {
  @Override
  public String key(Setting setting) {
    return setting.key();
  }

  @Override
  public Setting key(String text) {
    return Setting.of(text)
        .orElseThrow(() -> new IllegalArgumentException("there is no such setting"));
  }

  @Override
  public byte[] write(Stored stored) {
    ObjectNode record = Records.object();
    record.set("value", stored.value());
    return Records.write(record.put("updated", stored.updated().toEpochMilli()));
  }

  @Override
  public Stored read(byte[] bytes) throws UnreadableRecordException {
    ObjectNode record = Records.read(bytes);
    JsonNode value = record.path("value");
    if (!isValue(value)) {
      throw new UnreadableRecordException("value is not what a flag would take");
    }
    return new Stored(value, Records.time(record, "updated"));
  }

  static boolean isValue(JsonNode value) {
    return value.isTextual()
        || value.isIntegralNumber()
        || value.isBoolean()
        || value.isArray() && value.valueStream().allMatch(JsonNode::isTextual);
  }
}
