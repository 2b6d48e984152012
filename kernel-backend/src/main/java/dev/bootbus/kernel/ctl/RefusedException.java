package dev.bootbus.kernel.ctl;

/// The API has answered that it will not.
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  RefusedException(Problem problem) {
    super(problem.says());
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
