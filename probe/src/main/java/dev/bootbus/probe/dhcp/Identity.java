package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.schema.MacAddress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Who a DHCP client says it is, the same in each of its messages.
///
/// @param vendorClass option 60
/// @param architectures option 93 (RFC 4578 §2.1); none where the option is not sent
/// @param networkInterface option 94 (RFC 4578 §2.2): type, major, minor
/// @param userClass option 77 as bytes: iPXE sends plain text, FreeBSD as RFC 3004 says
/// @param parameterList option 55
/// @param maxMessageSize option 57, bytes
/// @param broadcast whether replies are to be broadcast (RFC 2131 §4.1)
/// @param others options that only some clients send, such as 175 of iPXE
public record Identity(
    MacAddress mac,
    Optional<UUID> uuid,
    Optional<String> vendorClass,
    List<Integer> architectures,
    Optional<Bytes> networkInterface,
    Optional<Bytes> userClass,
    List<Integer> parameterList,
    int maxMessageSize,
    boolean broadcast,
    Options others) {}
