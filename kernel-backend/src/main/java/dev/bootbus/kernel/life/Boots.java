package dev.bootbus.kernel.life;

import dev.bootbus.kernel.node.Machine;

/// What machines boot from the network: their own choice of kernel, as their life goes.
public interface Boots {
  /// Every time what is chosen for it, as far as it may boot from the network at all.
  Boots ALWAYS =
      new Boots() {
        @Override
        public BootDecision next(Machine machine) {
          return machine.netboot()
              ? new BootDecision.Kernel(machine.kernel())
              : new BootDecision.Nothing(switchedOff(machine));
        }

        @Override
        public String now(Machine machine) {
          return "";
        }
      };

  /// What a machine gets when it asks for a boot now. Nothing changes by asking.
  BootDecision next(Machine machine);

  /// The name of the kernel whose script a machine was given last, to which its further questions
  /// belong; empty where it boots from its disk, or has been given none.
  String now(Machine machine);

  static String switchedOff(Machine machine) {
    return "netboot is switched off for " + machine.hostname();
  }
}
