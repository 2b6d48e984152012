package dev.bootbus.kernel.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/// The record under the name of a setting: a value as the flag would take it, as JSON.
///
/// @param value text, an integer, a boolean, or a list of texts
record Stored(JsonNode value, Instant updated) {}
