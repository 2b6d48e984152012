package dev.bootbus.probe.artefact;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;

/// Small files with true headers.
public final class Samples {
  private Samples() {}

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  public static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// @param machine of PE/COFF: 0x8664
  /// @param subsystem 10 for an EFI application
  public static byte[] pe(int machine, int subsystem, String mark) {
    ByteBuffer out = little(1024);
    putPe(out, 0x40, machine, subsystem);
    return out.put(600, text(mark)).array();
  }

  private static void putPe(ByteBuffer out, int at, int machine, int subsystem) {
    out.put(0, text("MZ")).putInt(0x3c, at).put(at, text("PE\0\0"));
    out.putShort(at + 4, (short) machine)
        .putShort(at + 6, (short) 1)
        .putShort(at + 20, (short) 240);
    out.putShort(at + 24, (short) 0x20b).putShort(at + 24 + 68, (short) subsystem);
    int section = at + 24 + 240;
    out.put(section, text(".text")).putInt(section + 16, 512).putInt(section + 20, 512);
  }

  /// A Linux for x86_64, with the EFI stub.
  public static byte[] bzImage() {
    ByteBuffer out = bzImage(0x20f, "6.1.0-13-amd64 (a@b) #1 SMP");
    putPe(out, 0x280, 0x8664, 10);
    return out.array();
  }

  private static ByteBuffer bzImage(int protocol, String version) {
    ByteBuffer out = little(4096);
    out.put(0x1f1, (byte) 1).putInt(0x1f4, 3072 / 16).putShort(0x1fe, (short) 0xaa55);
    out.put(0x202, text("HdrS")).putShort(0x206, (short) protocol);
    out.putShort(0x20e, (short) 0x500).putShort(0x236, (short) (protocol >= 0x20c ? 1 : 0));
    return out.put(0x700, text(version));
  }

  public static byte[] memdisk() {
    return bzImage(0x203, "MEMDISK 6.04").array();
  }

  public static byte[] arm64Image() {
    ByteBuffer out = little(2048);
    putPe(out, 0x40, 0xaa64, 10);
    return out.put(56, text("ARM\u0064")).array();
  }

  public static byte[] riscvImage() {
    return little(512).put(48, text("RISCV\0\0\0")).put(56, text("RSC\u0005")).array();
  }

  public static byte[] zImage() {
    return little(512).putInt(0x24, 0x016f2818).putInt(0x2c, 512).array();
  }

  public static byte[] elf(int machine, boolean wide) {
    ByteBuffer out = little(256).put(0, text("\u007fELF")).put(4, (byte) (wide ? 2 : 1));
    return out.put(5, (byte) 1).putShort(18, (short) machine).array();
  }

  public static byte[] gzip(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  public static byte[] cpio() {
    return text(entry("init", "#!/bin/sh\n") + entry("TRAILER!!!", ""));
  }

  private static String entry(String name, String content) {
    StringBuilder out = new StringBuilder("070701");
    int[] fields = {1, 0x81ed, 0, 0, 1, 0, content.length(), 0, 0, 0, 0, name.length() + 1, 0};
    for (int field : fields) {
      out.append(String.format("%08X", field));
    }
    out.append(name).append('\0').append("\0".repeat((4 - out.length() % 4) % 4));
    return out.append(content).append("\0".repeat((4 - content.length() % 4) % 4)).toString();
  }

  /// @param blocks of 2048 bytes that it says it has; it has 20
  public static byte[] iso(int blocks) {
    ByteBuffer out = little(20 * 2048).put(0x8000, text("\u0001CD001\u0001"));
    return out.putInt(0x8050, blocks).putShort(0x8080, (short) 2048).array();
  }

  public static byte[] squashfs(long used) {
    return little(512).put(0, text("hsqs")).putLong(40, used).array();
  }

  public static byte[] tar() {
    return little(1024).put(257, text("ustar")).array();
  }

  public static byte[] deviceTree(int size) {
    return ByteBuffer.allocate(128).putInt(0, 0xd00dfeed).putInt(4, size).array();
  }

  /// As `mkimage` makes it.
  public static byte[] uImage(int architecture, int type, byte[] data) {
    ByteBuffer out = ByteBuffer.allocate(64 + data.length).putInt(0, 0x27051956);
    CRC32 crc = new CRC32();
    crc.update(data);
    out.putInt(12, data.length).putInt(24, (int) crc.getValue()).put(28, (byte) 5);
    out.put(29, (byte) architecture).put(30, (byte) type).put(32, text("script")).put(64, data);
    crc.reset();
    crc.update(out.array(), 0, 64);
    return out.putInt(4, (int) crc.getValue()).array();
  }

  /// A script in U-Boot's image: the length of each part, 0, the parts.
  public static byte[] uBootScript(String script) {
    byte[] body = text(script);
    return uImage(
        22,
        6,
        ByteBuffer.allocate(8 + body.length).putInt(body.length).putInt(0).put(body).array());
  }

  public static byte[] bootSector(String mark) {
    return little(1024).put(0, (byte) 0xea).put(100, text(mark)).array();
  }
}
