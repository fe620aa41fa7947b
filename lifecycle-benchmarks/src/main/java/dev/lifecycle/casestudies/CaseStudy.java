package dev.lifecycle.casestudies;

import java.util.List;

/** One case of the report, as a program with two sides under the same load. */
public interface CaseStudy {
  /** The number of the case in the report. */
  int number();

  /** What the case is about, in a few words. */
  String name();

  /** What happens on each side, a paragraph each. */
  List<String> story();

  /** What the report measured. */
  String reportFigure();

  /** What our side must show. */
  String goal();

  /**
   * Runs both sides, one after the other. When it returns, both have released their threads and sockets.
   *
   * @throws Exception if the case could not be run; a goal that is missed is no exception
   */
  Outcome run(Mode mode) throws Exception;
}
