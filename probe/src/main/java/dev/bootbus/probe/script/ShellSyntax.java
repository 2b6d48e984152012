package dev.bootbus.probe.script;

import java.util.List;
import java.util.Optional;

/// What a script of GRUB consists of, or one of U-Boot's hush: both are small Bourne shells (GRUB
/// manual §6.2; U-Boot doc/usage/cmdline.rst).
sealed interface ShellSyntax {

  /// A piece of a word.
  ///
  /// @param variable whether `text` is a name, whose value takes its place
  /// @param quoted whether that value stays in one piece
  record Part(String text, boolean variable, boolean quoted) {}

  record Word(List<Part> parts) {
    /// What stands there, if it is neither quoted nor expanded: a keyword can be no other.
    Optional<String> bare() {
      boolean one = parts.size() == 1 && !parts.getFirst().variable() && !parts.getFirst().quoted();
      return one ? Optional.of(parts.getFirst().text()) : Optional.empty();
    }
  }

  /// @param block of a `menuentry` or `submenu`
  record Command(int line, List<Word> words, Optional<List<ShellSyntax>> block, boolean negated)
      implements ShellSyntax {}

  /// `a && b || c`, which GRUB does not have.
  ///
  /// @param first what runs in any case
  record Chain(ShellSyntax first, List<Link> links) implements ShellSyntax {}

  /// @param onSuccess whether it runs if all before it succeeded, else if that failed
  record Link(boolean onSuccess, ShellSyntax command) {}

  /// The last condition of an `else` is empty.
  record If(List<Branch> branches) implements ShellSyntax {}

  record Branch(List<ShellSyntax> condition, List<ShellSyntax> body) {}

  record Loop(List<ShellSyntax> condition, List<ShellSyntax> body, boolean until)
      implements ShellSyntax {}

  record For(int line, String name, List<Word> words, List<ShellSyntax> body)
      implements ShellSyntax {}

  record Function(String name, List<ShellSyntax> body) implements ShellSyntax {}
}
