package dev.bootbus.probe.artefact;

/// What starts the first program of a machine.
public enum Firmware {
  BIOS,
  EFI,
  U_BOOT,
  RASPBERRY_PI,
  OTHER
}
