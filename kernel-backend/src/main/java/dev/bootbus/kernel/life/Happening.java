package dev.bootbus.kernel.life;

/// What can happen to a machine that changes how far it is.
public sealed interface Happening {
  /// A loader asks for an address: the machine was switched on.
  record Started() implements Happening {}

  /// A system asks for an address.
  record SystemSpoke() implements Happening {}

  /// A script was written that boots this kernel.
  ///
  /// @param installs whether the kernel puts a system on the disk
  record Script(String kernel, boolean installs) implements Happening {}

  /// @param last whether nothing more is to be heard of a machine that this kernel boots on
  record KernelFetched(String kernel, boolean last) implements Happening {}

  /// Its modloop, its root file system.
  record SystemFetched(String kernel) implements Happening {}

  /// @param kernel whose configuration it is
  record Config(String kernel, Completion completion) implements Happening {}

  record PhonedHome(String kernel, Completion completion) implements Happening {}

  /// @param reason one sentence
  record BootFailed(String reason) implements Happening {}

  /// Nothing was heard for as long as a boot may take.
  ///
  /// @param expected whether something had to be heard
  /// @param reason one sentence
  record TimeOut(boolean expected, String reason) implements Happening {}

  /// Somebody has said what it boots next, once.
  record ToldToBoot(String kernel, boolean installs) implements Happening {}

  record ToldToReinstall() implements Happening {}

  record ToldToCommission() implements Happening {}

  record ToldProvisioned() implements Happening {}

  /// @param reason one sentence, or empty
  record ToldFailed(String reason) implements Happening {}

  /// When a machine has its system for good.
  enum Completion {
    /// never: its kernel runs from memory
    NEVER,
    /// as soon as its installer has read its configuration: it boots from its disk next
    CONFIG,
    /// when its system says that it is up
    PHONE_HOME
  }

  default Cause cause() {
    return switch (this) {
      case Started _, SystemSpoke _ -> Cause.DHCP_SEEN;
      case Script _ -> Cause.SCRIPT_FETCHED;
      case KernelFetched _ -> Cause.KERNEL_FETCHED;
      case SystemFetched _ -> Cause.SYSTEM_FETCHED;
      case Config _ -> Cause.CONFIG_FETCHED;
      case PhonedHome _ -> Cause.PHONED_HOME;
      case BootFailed _ -> Cause.BOOT_FAILED;
      case TimeOut _ -> Cause.BOOT_TIMEOUT;
      case ToldToBoot _, ToldToReinstall _, ToldToCommission _, ToldProvisioned _, ToldFailed _ ->
          Cause.TOLD;
    };
  }
}
