package dev.bootbus.probe.script;

import java.util.List;
import java.util.Optional;

/// What a GRUB script consists of (GRUB manual §6.2).
sealed interface GrubSyntax {

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
  record Command(int line, List<Word> words, Optional<List<GrubSyntax>> block, boolean negated)
      implements GrubSyntax {}

  /// The last condition of an `else` is empty.
  record If(List<Branch> branches) implements GrubSyntax {}

  record Branch(List<GrubSyntax> condition, List<GrubSyntax> body) {}

  record Loop(List<GrubSyntax> condition, List<GrubSyntax> body, boolean until)
      implements GrubSyntax {}

  record For(int line, String name, List<Word> words, List<GrubSyntax> body)
      implements GrubSyntax {}

  record Function(String name, List<GrubSyntax> body) implements GrubSyntax {}
}
