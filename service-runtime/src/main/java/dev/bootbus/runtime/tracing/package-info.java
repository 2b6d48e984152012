/// What one boot is made of, as spans that OpenTelemetry exports; nothing of it where no exporter
/// is named.
@NullMarked
package dev.bootbus.runtime.tracing;

import org.jspecify.annotations.NullMarked;
