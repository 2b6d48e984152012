package dev.bootbus.runtime;

import dev.bootbus.runtime.log.LogFormat;
import java.net.InetAddress;
import java.time.Duration;

/// What [ServiceFlags] say.
///
/// @param address of the management port
/// @param port of the management port: [#OFF] for none, 0 for a free one
/// @param insists whether the operator named that port, so that without it nothing starts
/// @param drain how long what is under way may take at the end
public record ServiceSettings(
    InetAddress address, int port, boolean insists, LogFormat logFormat, Duration drain) {
  public static final int OFF = -1;
}
