package dev.bootbus.probe;

import java.util.Locale;

/// Everything that can be found wrong. Each has a section of the same name in FINDINGS.md.
public enum Cause {
  NO_OFFER(
      Severity.BROKEN,
      "no DHCP server answers",
      "look whether one runs on this network, or a relay leads to one; the log of ours says why it"
          + " does not answer"),

  // scripts of boot loaders
  CONFIG_MISSING(
      Severity.BROKEN,
      "the boot loader finds no configuration",
      "put one where it looks; the names it asked for are in the walk"),
  INITRD_NOT_NAMED(
      Severity.WARNING,
      "an initrd is loaded that the kernel's command line does not name",
      "add initrd=NAME to the command line: with UEFI a kernel before 5.8, or an iPXE before 2022,"
          + " starts without it"),
  INITRD_UNKNOWN(
      Severity.BROKEN,
      "the kernel's command line names an initrd that is not loaded",
      "let initrd= have the name of the loaded file, or that of its --name"),
  LOADER_PART_MISSING(
      Severity.BROKEN,
      "a part of the boot loader is missing",
      "put it where the loader asks for it, of the same version as the loader"),
  MENU_WAITS(
      Severity.WARNING,
      "a menu waits for a key for ever",
      "give it a timeout, if machines are to boot that nobody stands at"),
  SCRIPT_COMMAND_UNKNOWN(
      Severity.WARNING,
      "a script has a command that its loader does not know",
      "correct it, or use a loader that was built with it"),
  SCRIPT_ENDLESS(
      Severity.BROKEN,
      "a script does not end",
      "look for a loop: a script that chains itself, a goto without a way out"),
  SCRIPT_LABEL_MISSING(
      Severity.WARNING,
      "a script goes to a label that it does not have",
      "correct the name, or add the label"),
  SCRIPT_NOT_FOLLOWED(
      Severity.NOTE,
      "the probe does not do what a script asks for",
      "what follows is what happens if that succeeds; see `What it can follow` in the README"),
  SCRIPT_NO_KERNEL(
      Severity.BROKEN,
      "a configuration leads to nothing that boots",
      "give it a default entry with a kernel"),
  SCRIPT_NO_SCRIPT(
      Severity.BROKEN,
      "what was fetched is no script for this boot loader",
      "look at what the address gives; an iPXE script begins with #!ipxe"),
  SCRIPT_OTHER_LOADER(
      Severity.BROKEN,
      "a script needs what the probe cannot follow",
      "watch a machine do it; up to here the walk is sound"),
  SCRIPT_SYNTAX(
      Severity.BROKEN,
      "a script is not well formed",
      "correct the line; the loader stops there, or leaves it out"),
  SCRIPT_TOO_LONG(
      Severity.BROKEN,
      "a script is longer than any boot loader's should be",
      "look at what the address gives: it is hardly a script"),

  // what files are
  FILE_CORRUPT(
      Severity.BROKEN,
      "a file is damaged",
      "write it anew on the server, and compare its checksum"),
  FILE_EMPTY(Severity.BROKEN, "a file is empty", "look at it on the server"),
  FILE_TRUNCATED(
      Severity.BROKEN,
      "a file ends before it should",
      "write it anew on the server: a download was cut short, or the disk is full"),
  HTML_INSTEAD_OF_FILE(
      Severity.BROKEN,
      "a page for a browser came instead of a file",
      "open the address in a browser: it is an error page, a login or a listing"),
  NOT_A_DEVICE_TREE(
      Severity.BROKEN, "a file is no device tree", "give the .dtb of the board, compiled"),
  NOT_A_DISC(
      Severity.BROKEN, "a file is no disc image", "give an .iso, or a disk with a boot sector"),
  NOT_A_KERNEL(
      Severity.BROKEN,
      "a file is no kernel that this loader starts",
      "look whether kernel and initrd are exchanged, or the kernel is packed"),
  NOT_A_PROGRAM(
      Severity.BROKEN,
      "a boot file is nothing that a machine can run",
      "give a boot loader: an .efi for UEFI, a .kpxe or .0 for a BIOS"),
  NOT_AN_INITRD(
      Severity.BROKEN, "a file is no initrd", "look whether kernel and initrd are exchanged"),
  UNSIGNED_PROGRAM(
      Severity.NOTE,
      "a program for UEFI is not signed",
      "with Secure Boot on it does not start; give shim and a signed loader, or switch it off"),
  WRONG_ARCHITECTURE(
      Severity.BROKEN,
      "a program is for another processor",
      "give the file of this machine's architecture, by option 93 of what it asks"),
  WRONG_FIRMWARE(
      Severity.BROKEN,
      "a program is for another firmware",
      "give .efi files to UEFI and .kpxe, .pxe or .0 files to a BIOS, by option 93");

  private final Severity severity;
  private final String title;
  private final String remedy;

  Cause(Severity severity, String title, String remedy) {
    this.severity = severity;
    this.title = title;
    this.remedy = remedy;
  }

  /// In `--json`, and the anchor in FINDINGS.md: `no-offer`.
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Severity severity() {
    return severity;
  }

  /// What is wrong, without the particulars.
  public String title() {
    return title;
  }

  /// What to do.
  public String remedy() {
    return remedy;
  }
}
